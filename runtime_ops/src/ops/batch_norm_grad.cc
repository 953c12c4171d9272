// BatchNormGrad(dY, X, scale, mean, inv_std, bias?) -> (dX, dScale, dBias): the gradient of batch
// normalization in training mode, with that of the activation behind it before it; then bias is needed, for
// the mask.
//   activation  "none", "relu" or "clip" with low and high; what it does to dY is told in BatchNormMaskGrad
//   epsilon     as in BatchNormRecompute
// dX may be written over dY.
#include "ops/norm_gradient.h"
#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

struct BatchNormGrad {
  static constexpr Slot kFloat = {Dtype::float32};
  static constexpr OpTraits kTraits = {"BatchNormGrad",
                                       6,
                                       {kFloat, kFloat, kFloat, kFloat, kFloat, {Dtype::float32, true}},
                                       3,
                                       {kFloat, kFloat, kFloat},
                                       Sharing::in_place};

  NormGradient gradient;

  Problem create(const Attributes& attributes) { return gradient.create(attributes); }

  Problem compute(const Context& context) const {
    Tensor dy;
    if (Problem problem = context.input(0, dy)) return problem;
    BatchNormInputs inputs;
    if (Problem problem = read_gradient_inputs(context, gradient.needs_bias(), inputs)) return problem;
    if (Problem problem = check_same_dims("dY", dy.shape, "X", inputs.shape)) return problem;
    void *dx = nullptr, *dscale = nullptr, *dbias = nullptr;
    if (Problem problem = context.output(0, dy.shape, dx)) return problem;
    if (Problem problem = context.output(1, vector_of(inputs.channels), dscale)) return problem;
    if (Problem problem = context.output(2, vector_of(inputs.channels), dbias)) return problem;
    return gradient.run(context, dy.as<float>(), inputs, static_cast<float*>(dx), static_cast<float*>(dscale),
                        static_cast<float*>(dbias));
  }
};

}  // namespace

const ort::CustomOp* batch_norm_grad_op() {
  static const CustomOpOf<BatchNormGrad> op;
  return &op;
}

}  // namespace bitgraph
