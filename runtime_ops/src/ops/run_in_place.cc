// RunInPlace(A, B, bias?) -> C: an operator of the runtime itself, whose result may be written over A.
//   op       its name, one of the table below
//   swapped  1 where A is the operator's second input and B its first; 0 where absent
// A and B have the dims of the result, the bias the last of them. Softmaxes are along the last dim.
#include <cstring>

#include "ops/invoke.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/probe.h"
#include "ops/sample_numbers.h"
#include "ops/scratch.h"

namespace bitgraph {

namespace {

struct Stock {
  BuiltIn::Signature signature;
  bool has_axis;
  Probe probe;
};

constexpr BuiltIn::Signature gradient(const char* name, int inputs = 2) {
  return {name, "com.microsoft", 1, 1, inputs, 1};
}

// Those that read each element, or row, of A before they write it, and not again. That is read off the
// runtime's source, and asked of the one that is there.
Stock stock_ops[] = {
    {{"Add", "", 14, 1, 2, 1}, false, Probe("run_in_place")},
    {gradient("BiasGeluGrad_dX", 3), false, Probe("run_in_place")},
    {gradient("FastGeluGrad"), false, Probe("run_in_place")},
    {gradient("GeluGrad"), false, Probe("run_in_place")},
    {gradient("LogSoftmaxGrad_13"), true, Probe("run_in_place")},
    {gradient("SigmoidGrad"), false, Probe("run_in_place")},
    {gradient("SoftmaxGrad_13"), true, Probe("run_in_place")},
    {gradient("TanhGrad"), false, Probe("run_in_place")},
};

Stock* find_stock(const char* name) {
  for (Stock& stock : stock_ops) {
    if (std::strcmp(stock.signature.name, name) == 0) return &stock;
  }
  return nullptr;
}

// An odd width: rows begin at every alignment, and elements are left over from vectors of any length.
struct Sample {
  static constexpr std::size_t kRows = 11, kWidth = 39, kCount = kRows * kWidth;

  alignas(64) float a[kCount];
  alignas(64) float b[kCount];
  alignas(64) float bias[kWidth];
  alignas(64) float over[kCount];
  alignas(64) float apart[kCount];

  Sample() {
    SampleNumbers numbers;
    const auto next = [&numbers] { return numbers.next(); };
    for (float& value : a) value = next();
    for (float& value : b) value = next() * 3.0f;
    for (float& value : bias) value = next();
    a[6] = b[5] = -0.0f;
    std::memcpy(over, a, sizeof a);
  }

  static Shape shape() {
    Shape shape;
    shape.rank = 2;
    shape.dims[0] = kRows;
    shape.dims[1] = kWidth;
    shape.count = kCount;
    return shape;
  }
};

Problem check_bias(const Shape& bias, const Shape& shape) {
  const std::uint64_t width = shape.rank == 0 ? 1 : shape.dims[shape.rank - 1];
  if (bias.rank == 1 && bias.count == width) return {};
  return Problem::say("the bias has %llu elements, the last dim of A is %llu",
                      static_cast<unsigned long long>(bias.count), static_cast<unsigned long long>(width));
}

struct RunInPlace {
  static constexpr Slot kFloat = {Dtype::float32};
  static constexpr OpTraits kTraits = {
      "RunInPlace", 3, {kFloat, kFloat, {Dtype::float32, true}}, 1, {kFloat}, Sharing::in_place};

  Stock* stock = nullptr;
  BuiltIn op;
  std::size_t at = 0;  // Which of its inputs A is.

  Problem create(const Attributes& attributes) {
    char name[32];
    if (Problem problem = attributes.text("op", name, sizeof name)) return problem;
    stock = find_stock(name);
    if (stock == nullptr) return Problem::say("attribute 'op' is '%s', which is not run in place", name);
    if (std::int64_t swapped = 0; !attributes.integer("swapped", swapped)) at = swapped != 0;
    OpAttributes own(attributes.api());
    if (stock->has_axis) {
      if (Problem problem = own.integer("axis", -1)) return problem;
    }
    op.create(attributes, stock->signature, own);
    return {};
  }

  Problem compute(const Context& context) const {
    Tensor a, b, bias;
    if (Problem problem = context.input(0, a)) return problem;
    if (Problem problem = context.input(1, b)) return problem;
    if (Problem problem = check_same_dims("A", a.shape, "B", b.shape)) return problem;
    if (stock->signature.inputs == 3) {
      if (Problem problem = context.input(2, bias)) return problem;
      if (Problem problem = check_bias(bias.shape, a.shape)) return problem;
    }
    void* result = nullptr;
    if (Problem problem = context.output(0, a.shape, result)) return problem;
    if (a.shape.count == 0) return {};
    if (!op.exists()) return op.absence();
    const Shape shape = a.shape.rank == 0 ? vector_of(1) : a.shape;
    Argument in[] = {{b.data, shape}, {b.data, shape}, {bias.data, bias.shape}};
    in[at].data = a.data;
    const Argument out[] = {{result, shape}};
    bool holds = true;
    if (a.data == result) {
      const auto check = [&](bool& answer) { return check_in_place(context, answer); };
      if (Problem problem = stock->probe.ask(context, check, holds)) return problem;
    }
    return holds ? op.run(context, in, out) : run_apart(context, in, out);
  }

  Problem check_in_place(const Context& context, bool& holds) const {
    Sample sample;
    const Shape shape = Sample::shape();
    Argument in[] = {{sample.b, shape}, {sample.b, shape}, {sample.bias, vector_of(Sample::kWidth)}};
    in[at].data = sample.a;
    const Argument apart[] = {{sample.apart, shape}}, over[] = {{sample.over, shape}};
    if (Problem problem = op.run(context, in, apart)) return problem;
    in[at] = over[0];
    if (Problem problem = op.run(context, in, over)) return problem;
    holds = std::memcmp(sample.apart, sample.over, sizeof sample.over) == 0;
    return {};
  }

  // Where the runtime may not write over A, it reads a copy.
  Problem run_apart(const Context& context, Argument* in, const Argument* out) const {
    Scratch scratch(context);
    float* copy = nullptr;
    const auto count = static_cast<std::size_t>(in[at].shape.count);
    if (Problem problem = scratch.take(count, copy)) return problem;
    copy_bytes(in[at].data, count * sizeof(float), active_kernels(), context.workers(), copy);
    in[at].data = copy;
    return op.run(context, in, out);
  }
};

}  // namespace

const ort::CustomOp* run_in_place_op() {
  static const CustomOpOf<RunInPlace> op;
  return &op;
}

}  // namespace bitgraph
