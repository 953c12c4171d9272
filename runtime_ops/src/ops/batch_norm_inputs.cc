#include "ops/batch_norm_inputs.h"

namespace bitgraph {

namespace {

Problem read_channels(const Context& context, std::size_t i, const char* name, std::size_t channels,
                      const float*& data) {
  Tensor tensor;
  if (Problem problem = context.input(i, tensor)) return problem;
  if (tensor.shape.rank != 1 || tensor.shape.dims[0] != channels) {
    return Problem::say("%s has rank %zu and %llu elements, X has %zu channels", name, tensor.shape.rank,
                        static_cast<unsigned long long>(tensor.shape.count), channels);
  }
  data = tensor.as<float>();
  return {};
}

}  // namespace

Problem read_batch_norm(const Context& context, std::size_t first, BatchNormInputs& inputs) {
  Tensor x;
  if (Problem problem = context.input(first, x)) return problem;
  if (x.shape.rank < 2) return Problem::say("X has rank %zu, at least 2 is needed", x.shape.rank);
  inputs.shape = x.shape;
  inputs.x = x.as<float>();
  inputs.channels = static_cast<std::size_t>(x.shape.dims[1]);
  inputs.planes = static_cast<std::size_t>(x.shape.dims[0]) * inputs.channels;
  inputs.plane = inputs.planes == 0 ? 0 : static_cast<std::size_t>(x.shape.count) / inputs.planes;

  const struct {
    const char* name;
    const float*& data;
  } vectors[] = {
      {"scale", inputs.scale}, {"bias", inputs.bias}, {"mean", inputs.mean}, {"inv_std", inputs.inv_std}};
  std::size_t i = first;
  for (const auto& vector : vectors) {
    if (Problem problem = read_channels(context, ++i, vector.name, inputs.channels, vector.data)) {
      return problem;
    }
  }
  return {};
}

Problem read_range(const Attributes& attributes, Range& range) {
  if (Problem problem = attributes.number("low", range.low)) return problem;
  return attributes.number("high", range.high);
}

}  // namespace bitgraph
