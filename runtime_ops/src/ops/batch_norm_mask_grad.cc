// BatchNormMaskGrad(dY, X, scale, bias, mean, inv_std) -> dX: the gradient of the activation behind a batch
// normalization, its mask worked out of the normalization's input.
//   mode "relu"  dY where the normalized value is above 0, elsewhere +0
//   mode "clip"  dY * 1 where it is in [low, high], elsewhere dY * 0
// dX may be written over dY. epsilon is as in BatchNormRecompute.
#include "ops/batch_norm_mask.h"
#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

struct BatchNormMaskGrad {
  static constexpr Slot kFloat = {Dtype::float32};
  static constexpr OpTraits kTraits = {
      "BatchNormMaskGrad", 6, {kFloat, kFloat, kFloat, kFloat, kFloat, kFloat}, 1, {kFloat},
      Sharing::in_place};

  Activation activation;
  StockBatchNorm stock;

  Problem create(const Attributes& attributes) {
    if (Problem problem = stock.create(attributes)) return problem;
    if (Problem problem = read_activation(attributes, "mode", activation)) return problem;
    return activation.mask == Mask::none ? Problem::say("mode 'none' has no mask") : Problem();
  }

  Problem compute(const Context& context) const {
    Tensor dy;
    if (Problem problem = context.input(0, dy)) return problem;
    BatchNormInputs inputs;
    if (Problem problem = read_batch_norm(context, 1, inputs)) return problem;
    if (Problem problem = check_same_dims("dY", dy.shape, "X", inputs.shape)) return problem;
    void* dx = nullptr;
    if (Problem problem = context.output(0, dy.shape, dx)) return problem;
    if (dx == nullptr) return {};
    return mask_gradient(context, stock, activation, dy.as<float>(), inputs, static_cast<float*>(dx));
  }
};

}  // namespace

const ort::CustomOp* batch_norm_mask_grad_op() {
  static const CustomOpOf<BatchNormMaskGrad> op;
  return &op;
}

}  // namespace bitgraph
