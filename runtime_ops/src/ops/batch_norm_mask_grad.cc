// BatchNormMaskGrad(dY, X, scale, bias, mean, inv_std) -> dX: the gradient of the activation behind a batch
// normalization, its mask worked out of the normalization's input.
//   mode "relu"  dY where the normalized value is above 0, elsewhere +0
//   mode "clip"  dY * 1 where it is in [low, high], elsewhere dY * 0
// dX may be written over dY. epsilon is as in BatchNormRecompute.
#include <cstring>

#include "ops/op.h"
#include "ops/ops.h"
#include "ops/scratch.h"
#include "ops/stock_batch_norm.h"

namespace bitgraph {

namespace {

struct BatchNormMaskGrad {
  static constexpr Slot kFloat = {Dtype::float32};
  static constexpr OpTraits kTraits = {
      "BatchNormMaskGrad", 6, {kFloat, kFloat, kFloat, kFloat, kFloat, kFloat}, 1, {kFloat},
      Sharing::in_place};

  bool clips = false;
  Range range = kRelu;
  StockBatchNorm stock;

  Problem create(const Attributes& attributes) {
    if (Problem problem = stock.create(attributes)) return problem;
    char mode[16] = "";
    if (Problem problem = attributes.text("mode", mode, sizeof mode)) return problem;
    clips = std::strcmp(mode, "clip") == 0;
    if (clips) return read_range(attributes, range);
    if (std::strcmp(mode, "relu") == 0) return {};
    return Problem::say("mode is '%s', not 'relu' or 'clip'", mode);
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

    bool holds = false;
    if (Problem problem = stock.formula_holds(context, holds)) return problem;
    if (holds) return mask(context, inputs, inputs.x, dy, true, dx);
    Scratch scratch(context);
    float* values = nullptr;
    if (Problem problem = scratch.take(static_cast<std::size_t>(dy.shape.count), values)) return problem;
    if (Problem problem = stock.run(context, inputs, values)) return problem;
    return mask(context, inputs, values, dy, false, dx);
  }

  Problem mask(const Context& context, const BatchNormInputs& inputs, const float* from, const Tensor& dy,
               bool normalizes, void* out) const {
    const BatchNormKernels& kernels = active_kernels().batch_norm;
    const auto* gradient = dy.as<float>();
    auto* dx = static_cast<float*>(out);
    for_each_plane(inputs, context.workers(), [&](std::size_t c, std::size_t begin, std::size_t n) {
      const Affine channel = normalizes ? inputs.channel(c) : kIdentity;
      if (clips) return kernels.clip_grad(gradient + begin, from + begin, n, channel, range, dx + begin);
      kernels.relu_grad(gradient + begin, from + begin, n, channel, dx + begin);
    });
    return {};
  }
};

}  // namespace

const ort::CustomOp* batch_norm_mask_grad_op() {
  static const CustomOpOf<BatchNormMaskGrad> op;
  return &op;
}

}  // namespace bitgraph
