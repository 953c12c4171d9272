#include "ops/batch_norm_mask.h"

#include <cstring>

#include "ops/scratch.h"

namespace bitgraph {

Problem read_activation(const Attributes& attributes, const char* name, Activation& activation) {
  char text[16] = "";
  if (Problem problem = attributes.text(name, text, sizeof text)) return problem;
  if (std::strcmp(text, "none") == 0) {
    activation = {Mask::none, kEverything};
    return {};
  }
  if (std::strcmp(text, "relu") == 0) {
    activation = {Mask::relu, kRelu};
    return {};
  }
  if (std::strcmp(text, "clip") != 0) {
    return Problem::say("%s is '%s', not 'none', 'relu' or 'clip'", name, text);
  }
  activation.mask = Mask::clip;
  if (Problem problem = attributes.number("low", activation.range.low)) return problem;
  return attributes.number("high", activation.range.high);
}

Problem recompute(const Context& context, const StockBatchNorm& stock, Activation activation,
                  const BatchNormInputs& inputs, float* y) {
  bool holds = false;
  if (Problem problem = stock.formula_holds(context, holds)) return problem;
  if (!holds) {
    if (Problem problem = stock.run(context, inputs, y)) return problem;
  }
  const float* from = holds ? inputs.x : y;
  const BatchNormKernels& kernels = active_kernels().batch_norm;
  for_each_plane(inputs, context.workers(), [&](std::size_t c, std::size_t begin, std::size_t n) {
    const Affine channel = holds ? inputs.channel(c) : kIdentity;
    kernels.recompute(from + begin, n, channel, activation.range, y + begin);
  });
  return {};
}

Problem mask_gradient(const Context& context, const StockBatchNorm& stock, Activation activation,
                      const float* dy, const BatchNormInputs& inputs, float* dx) {
  bool holds = false;
  if (Problem problem = stock.formula_holds(context, holds)) return problem;
  Scratch scratch(context);
  const float* from = inputs.x;
  if (!holds) {
    float* values = nullptr;
    if (Problem problem = scratch.take(static_cast<std::size_t>(inputs.shape.count), values)) return problem;
    if (Problem problem = stock.run(context, inputs, values)) return problem;
    from = values;
  }
  const BatchNormKernels& kernels = active_kernels().batch_norm;
  for_each_plane(inputs, context.workers(), [&](std::size_t c, std::size_t begin, std::size_t n) {
    const Affine channel = holds ? inputs.channel(c) : kIdentity;
    if (activation.mask == Mask::relu) {
      return kernels.relu_grad(dy + begin, from + begin, n, channel, dx + begin);
    }
    kernels.clip_grad(dy + begin, from + begin, n, channel, activation.range, dx + begin);
  });
  return {};
}

}  // namespace bitgraph
