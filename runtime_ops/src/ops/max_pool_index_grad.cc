// MaxPoolIndexGrad(dY, held) -> dX: zeros, with each dY added where the maximum of its window was, in the
// order of ONNX Runtime's MaxPoolGrad.
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/pool_attributes.h"

namespace bitgraph {

namespace {

struct MaxPoolIndexGrad {
  static constexpr OpTraits kTraits = {
      "MaxPoolIndexGrad", 2, {{Dtype::undefined}, {Dtype::uint8}}, 1, {{Dtype::undefined}}};

  Pool pool;

  Problem create(const Attributes& attributes) { return read_pool(attributes, pool); }
  Problem compute(const Context& context) const;
};

Problem MaxPoolIndexGrad::compute(const Context& context) const {
  Tensor dy;
  if (Problem problem = context.input(0, dy)) return problem;
  if (dy.dtype != Dtype::float32 && dy.dtype != Dtype::float64) {
    return Problem::say("element type %u is neither float nor double", static_cast<unsigned>(dy.dtype));
  }
  Held held;
  if (Problem problem = context.held_input(1, dy.dtype, held)) return problem;
  if (held.encoding != Encoding::index) {
    return Problem::say("held blob has encoding %u, indices have encoding %u",
                        static_cast<unsigned>(held.encoding), static_cast<unsigned>(Encoding::index));
  }
  if (Problem problem = check_same_dims("dY", dy.shape, "the held form", held.shape)) return problem;
  Pool fitted = pool;
  if (Problem problem = fit_pool(dy.shape, fitted)) return problem;
  const Workers workers = context.workers();
  bool any_without = false;
  if (Problem problem = check_codes(fitted, held.values, workers, any_without)) return problem;

  void* dx = nullptr;
  if (Problem problem = context.output(0, input_of(fitted, dy.shape), dx)) return problem;
  if (dx == nullptr) return {};
  if (dy.dtype == Dtype::float32) {
    scatter_codes(fitted, dy.as<float>(), held.values, any_without, workers, static_cast<float*>(dx));
  } else {
    scatter_codes(fitted, dy.as<double>(), held.values, any_without, workers, static_cast<double*>(dx));
  }
  return {};
}

}  // namespace

const ort::CustomOp* max_pool_index_grad_op() {
  static const CustomOpOf<MaxPoolIndexGrad> op;
  return &op;
}

}  // namespace bitgraph
