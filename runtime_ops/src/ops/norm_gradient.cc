#include "ops/norm_gradient.h"

namespace bitgraph {

Problem NormGradient::create(const Attributes& attributes) {
  float epsilon = 0;
  if (Problem problem = attributes.number("epsilon", epsilon)) return problem;
  stock_grad_.create(attributes, epsilon);
  if (Problem problem = read_activation(attributes, "activation", activation_)) return problem;
  return needs_bias() ? stock_.create(attributes) : Problem();
}

Problem NormGradient::kernel_holds(const Context& context, bool& holds) const {
  if (Problem problem = stock_grad_.kernel_holds(context, holds)) return problem;
  return holds && needs_bias() ? stock_.formula_holds(context, holds) : Problem();
}

Problem NormGradient::run(const Context& context, const float* dy, const BatchNormInputs& inputs, float* dx,
                          float* dscale, float* dbias) const {
  bool holds = false;
  if (Problem problem = kernel_holds(context, holds)) return problem;
  if (inputs.shape.count == 0 || holds) {
    bitgraph::run(arguments(dy, inputs, dx, dscale, dbias), active_kernels(), context.workers());
    return {};
  }
  const float* masked = dy;
  if (needs_bias()) {
    if (Problem problem = mask_gradient(context, stock_, activation_, dy, inputs, dx)) return problem;
    masked = dx;
  }
  return stock_grad_.run(context, masked, inputs, dx, dscale, dbias);
}

BatchNormGradient NormGradient::arguments(const float* dy, const BatchNormInputs& inputs, float* dx,
                                          float* dscale, float* dbias) const {
  const std::size_t samples = inputs.channels == 0 ? 0 : inputs.planes / inputs.channels;
  return {samples,     inputs.channels, inputs.plane, dy, inputs.x, inputs.scale, inputs.bias,
          inputs.mean, inputs.inv_std,  activation_,  dx, dscale,   dbias};
}

}  // namespace bitgraph
