#include "ops/batch_norm_inputs.h"

namespace bitgraph {

namespace {

Problem read_channels(const Context& context, std::size_t i, const char* name, std::size_t channels,
                      const float*& data) {
  Tensor tensor;
  if (Problem problem = context.input(i, tensor)) return problem;
  if (!tensor.present)
    return Problem::say("input %zu, %s of %zu channels, is needed here", i, name, channels);
  if (tensor.shape.rank != 1 || tensor.shape.dims[0] != channels) {
    return Problem::say("%s has rank %zu and %llu elements, X has %zu channels", name, tensor.shape.rank,
                        static_cast<unsigned long long>(tensor.shape.count), channels);
  }
  data = tensor.as<float>();
  return {};
}

Problem read_x(const Context& context, std::size_t i, BatchNormInputs& inputs) {
  Tensor x;
  if (Problem problem = context.input(i, x)) return problem;
  if (x.shape.rank < 2) return Problem::say("X has rank %zu, at least 2 is needed", x.shape.rank);
  inputs.shape = x.shape;
  inputs.x = x.as<float>();
  inputs.channels = static_cast<std::size_t>(x.shape.dims[1]);
  inputs.planes = static_cast<std::size_t>(x.shape.dims[0]) * inputs.channels;
  inputs.plane = inputs.planes == 0 ? 0 : static_cast<std::size_t>(x.shape.count) / inputs.planes;
  return {};
}

}  // namespace

Problem read_batch_norm(const Context& context, std::size_t first, BatchNormInputs& inputs) {
  if (Problem problem = read_x(context, first, inputs)) return problem;
  const std::size_t channels = inputs.channels;
  Problem problem = read_channels(context, first + 1, "scale", channels, inputs.scale);
  if (!problem) problem = read_channels(context, first + 2, "bias", channels, inputs.bias);
  if (!problem) problem = read_channels(context, first + 3, "mean", channels, inputs.mean);
  if (!problem) problem = read_channels(context, first + 4, "inv_std", channels, inputs.inv_std);
  return problem;
}

Problem read_gradient_inputs(const Context& context, bool needs_bias, BatchNormInputs& inputs) {
  if (Problem problem = read_x(context, 1, inputs)) return problem;
  const std::size_t channels = inputs.channels;
  Problem problem = read_channels(context, 2, "scale", channels, inputs.scale);
  if (!problem) problem = read_channels(context, 3, "mean", channels, inputs.mean);
  if (!problem) problem = read_channels(context, 4, "inv_std", channels, inputs.inv_std);
  if (!problem && needs_bias) problem = read_channels(context, 5, "bias", channels, inputs.bias);
  return problem;
}

}  // namespace bitgraph
