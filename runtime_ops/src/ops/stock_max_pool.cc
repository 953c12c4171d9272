#include "ops/stock_max_pool.h"

#include <cstring>
#include <limits>

#include "bitgraph/kernels.h"
#include "ops/sample_numbers.h"
#include "ops/scratch.h"

namespace bitgraph {

namespace {

constexpr BuiltIn::Signature kOp = {"MaxPool", "", 12, 1, 1, 2, {"I", Dtype::int64}};

constexpr std::size_t kFloatsOfIndex = sizeof(std::int64_t) / sizeof(float);
constexpr std::uint64_t kPlanes = 2;

Problem write_attributes(const Pool& pool, bool ceil, OpAttributes& to) {
  const std::size_t first = kPoolAxes - pool.axes;
  std::int64_t pads[2 * kPoolAxes];
  for (std::size_t i = 0; i < pool.axes; ++i) {
    pads[i] = pool.pad[first + i];
    pads[pool.axes + i] = pool.pad_end[first + i];
  }
  if (Problem problem = to.integers("kernel_shape", pool.kernel + first, pool.axes)) return problem;
  if (Problem problem = to.integers("strides", pool.stride + first, pool.axes)) return problem;
  if (Problem problem = to.integers("dilations", pool.dilation + first, pool.axes)) return problem;
  if (Problem problem = to.integers("pads", pads, 2 * pool.axes)) return problem;
  if (Problem problem = to.integer("storage_order", 0)) return problem;
  if (Problem problem = to.integer("ceil_mode", ceil ? 1 : 0)) return problem;
  return to.text("auto_pad", "NOTSET");  // The runtime has a default for it only in a model.
}

// The pooled tensor of a pool whose outputs are set.
Shape pooled_of(const Pool& pool) {
  Shape shape;
  shape.rank = pool.axes + 2;
  shape.dims[0] = 1;
  shape.dims[1] = pool.planes;
  for (std::size_t i = 0; i < pool.axes; ++i) {
    shape.dims[2 + i] = static_cast<std::uint64_t>(pool.output[kPoolAxes - pool.axes + i]);
  }
  set_count(shape);
  return shape;
}

// An input on which windows are three apart at least, and the last one ends with the padding.
Problem shrink(Pool& pool) {
  for (std::size_t axis = kPoolAxes - pool.axes; axis < kPoolAxes; ++axis) {
    const std::int64_t padding = pool.pad[axis] + pool.pad_end[axis];
    std::int64_t size = pool.extent[axis] - padding + 2 * pool.stride[axis];
    while (size < 1) size += pool.stride[axis];
    pool.input[axis] = size;
  }
  pool.planes = kPlanes;
  if (Problem problem = prepare(pool)) return problem;
  for (std::size_t axis = 0; axis < kPoolAxes; ++axis) {
    if (Problem problem = pooled_size(pool, axis, false, pool.output[axis])) return problem;
  }
  return {};
}

// In one half are few numbers, so that maxima are found twice, zeros of both signs among them; the other half
// is mostly what no maximum is.
void fill(float* x, std::size_t count) {
  using Limits = std::numeric_limits<float>;
  const float numbers[] = {0.0f, -0.0f, 1.0f, -1.0f, -2.0f, Limits::infinity(), Limits::quiet_NaN()};
  const float others[] = {Limits::quiet_NaN(), -Limits::infinity(), Limits::lowest()};
  SampleNumbers drawing;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t drawn = drawing.bits() >> 16;
    x[i] = i < count / 2 || drawn % 16 == 0 ? numbers[drawn / 16 % 7] : others[drawn % 3];
  }
}

}  // namespace

Problem StockMaxPool::create(const Attributes& attributes, const Pool& pool, bool ceil) {
  OpAttributes own(attributes.api());
  if (Problem problem = write_attributes(pool, ceil, own)) return problem;
  op_.create(attributes, kOp, own);
  return {};
}

Problem StockMaxPool::run(const Context& context, const Pool& pool, const Argument& x, const Argument& y,
                          std::uint8_t* codes) const {
  if (y.shape.count == 0) return {};
  bool holds = false;
  const auto question = [&](bool& answer) { return check(context, pool, answer); };
  if (Problem problem = probe_.ask(context, question, holds)) return problem;
  if (holds) {
    max_pool(pool, x.floats(), active_kernels(), context.workers(), const_cast<float*>(y.floats()), codes);
    return {};
  }
  Scratch scratch(context);
  float* room = nullptr;
  if (Problem problem = scratch.take(static_cast<std::size_t>(y.shape.count) * kFloatsOfIndex, room))
    return problem;
  return run_stock(context, pool, x, y, room, codes);
}

Problem StockMaxPool::run_stock(const Context& context, const Pool& pool, const Argument& x,
                                const Argument& y, float* room, std::uint8_t* codes) const {
  if (!op_.exists()) return op_.absence();
  const Argument out[] = {y, {room, y.shape, Dtype::int64}};
  if (Problem problem = op_.run(context, &x, out)) return problem;
  return encode_indices(pool, reinterpret_cast<const std::int64_t*>(room), context.workers(), codes);
}

Problem StockMaxPool::check(const Context& context, Pool pool, bool& holds) const {
  // Comparisons, and no sums: where the runtime cannot be asked there is nothing that could differ.
  holds = true;
  if (!op_.exists()) return {};
  if (Problem problem = shrink(pool)) return problem;
  const Shape pooled = pooled_of(pool), input = input_of(pool, pooled);
  const auto n = static_cast<std::size_t>(input.count), m = static_cast<std::size_t>(pooled.count);
  Scratch scratch(context);
  float* indices = nullptr;
  if (Problem problem = scratch.take(m * kFloatsOfIndex + n + 2 * m + m, indices)) return problem;
  float *const x = indices + m * kFloatsOfIndex, *const stock = x + n, *const ours = stock + m;
  auto *const stock_codes = reinterpret_cast<std::uint8_t*>(ours + m), *const our_codes = stock_codes + m;
  fill(x, n);
  if (Problem problem = run_stock(context, pool, {x, input}, {stock, pooled}, indices, stock_codes))
    return problem;
  max_pool(pool, x, active_kernels(), context.workers(), ours, our_codes);
  holds = std::memcmp(ours, stock, m * sizeof(float)) == 0 && std::memcmp(our_codes, stock_codes, m) == 0;
  return {};
}

}  // namespace bitgraph
