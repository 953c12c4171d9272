// What the operators around batch normalization take: X [N, C, ...], and vectors of C.
#pragma once

#include "ops/batch_norm_inputs.h"
#include "stream/operators.h"

namespace bitgraph::stream {

// Arguments first and from first + 1 on, of which those that are not left out are vectors of X's channels.
inline Problem check_channels(const Shape* const* in, std::size_t first, std::size_t last) {
  const Shape& x = *in[first];
  if (x.rank < 2) return Problem::say("X has rank %zu, at least %d is needed", x.rank, 2);
  for (std::size_t i = first + 1; i <= last; ++i) {
    if (in[i] == nullptr) continue;
    if (Problem problem =
            check_same_dims("an argument", *in[i], "a vector of X's channels", vector_of(x.dims[1]))) {
      return problem;
    }
  }
  return {};
}

// The planes of a chunk of X.
inline BatchNormInputs planes_of(const Argument& x) {
  BatchNormInputs inputs;
  inputs.shape = x.shape;
  inputs.x = x.floats();
  inputs.channels = static_cast<std::size_t>(x.shape.dims[1]);
  inputs.planes = static_cast<std::size_t>(x.shape.dims[0]) * inputs.channels;
  inputs.plane = inputs.planes == 0 ? 0 : static_cast<std::size_t>(x.shape.count) / inputs.planes;
  return inputs;
}

// With arguments first to first + 4: X, scale, bias, mean, inv_std.
inline BatchNormInputs normalized(const Argument* in) {
  BatchNormInputs inputs = planes_of(in[0]);
  inputs.scale = in[1].floats();
  inputs.bias = in[2].floats();
  inputs.mean = in[3].floats();
  inputs.inv_std = in[4].floats();
  return inputs;
}

}  // namespace bitgraph::stream
