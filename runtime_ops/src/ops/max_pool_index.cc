// MaxPoolIndex(X) -> (Y, held): Y is the max pool of X, held is what IndexPack makes of its indices, which
// never are.
//   input_shape, kernel_shape, strides, pads, dilations, storage_order  as of IndexPack
//   ceil_mode  as of the MaxPool
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/stock_max_pool.h"

namespace bitgraph {

namespace {

struct MaxPoolIndex {
  static constexpr OpTraits kTraits = {
      "MaxPoolIndex", 1, {{Dtype::float32}}, 2, {{Dtype::float32}, {Dtype::uint8}}};

  StockMaxPool stock;
  Pool pool;
  Shape pooled;  // But for the first two dims.

  Problem create(const Attributes& attributes);
  Problem compute(const Context& context) const;
};

Problem MaxPoolIndex::create(const Attributes& attributes) {
  if (Problem problem = read_pool(attributes, pool)) return problem;
  pool.column_major = false;  // A code is the same in either order.
  if (Problem problem = prepare(pool)) return problem;
  std::int64_t ceil = 0;
  if (Problem problem = attributes.integer("ceil_mode", ceil)) return problem;
  pooled.rank = pool.axes + 2;
  for (std::size_t i = 0; i < pool.axes; ++i) {
    std::int64_t size = 0;
    if (Problem problem = pooled_size(pool, kPoolAxes - pool.axes + i, ceil != 0, size)) return problem;
    pooled.dims[2 + i] = static_cast<std::uint64_t>(size);
  }
  return stock.create(attributes, pool, ceil != 0);
}

Problem MaxPoolIndex::compute(const Context& context) const {
  Tensor x;
  if (Problem problem = context.input(0, x)) return problem;
  if (x.shape.rank != pooled.rank) {
    return Problem::say("X has rank %zu, a pool of %zu axes needs rank %zu", x.shape.rank, pool.axes,
                        pooled.rank);
  }
  Shape shape = pooled;
  for (std::size_t i = 0; i < 2; ++i) shape.dims[i] = x.shape.dims[i];
  if (!set_count(shape))
    return Problem::say("the pooled tensor of X has more than %llu elements",
                        static_cast<unsigned long long>(kMaxCount));
  Pool fitted = pool;
  if (Problem problem = fit_pool(shape, fitted)) return problem;
  if (Problem problem = check_same_dims("X", x.shape, "the node's attributes", input_of(fitted, shape)))
    return problem;

  void* y = nullptr;
  if (Problem problem = context.output(0, shape, y)) return problem;
  const Layout layout = layout_of(Encoding::index, sizeof(float), shape, shape.count);
  std::uint8_t* blob = nullptr;
  if (Problem problem = context.output_blob(1, layout.total, blob)) return problem;
  write_header(Encoding::index, x.dtype, shape, shape.count, blob);
  return stock.run(context, fitted, {x.as<float>(), x.shape}, {static_cast<float*>(y), shape},
                   blob + layout.values);
}

}  // namespace

const ort::CustomOp* max_pool_index_op() {
  static const CustomOpOf<MaxPoolIndex> op;
  return &op;
}

}  // namespace bitgraph
