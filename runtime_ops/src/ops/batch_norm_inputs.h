// What the operators around batch normalization read: X and its channels.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bitgraph/batch_norm.h"
#include "bitgraph/held.h"
#include "bitgraph/workers.h"
#include "ops/context.h"

namespace bitgraph {

struct BatchNormInputs {
  Shape shape;  // [N, C, ...]
  const float *x = nullptr, *scale = nullptr, *bias = nullptr, *mean = nullptr, *inv_std = nullptr;
  std::size_t planes = 0, channels = 0, plane = 0;  // N * C, C, elements of one plane.

  Affine channel(std::size_t c) const { return affine_of(scale[c], bias[c], mean[c], inv_std[c]); }
};

// Inputs first to first + 4 of a node: X, scale, bias, mean, inv_std.
Problem read_batch_norm(const Context& context, std::size_t first, BatchNormInputs& inputs);

// Inputs 1 to 4 of a gradient: X, scale, mean, inv_std; and input 5, bias, where it is needed.
Problem read_gradient_inputs(const Context& context, bool needs_bias, BatchNormInputs& inputs);

// Calls deed(channel, begin, n) for the planes of the tensor, a run each. Large planes are not cut.
template <class Deed>
void for_each_plane(const BatchNormInputs& inputs, const Workers& workers, Deed deed) {
  const std::size_t planes = inputs.planes, channels = inputs.channels, plane = inputs.plane;
  if (planes == 0 || plane == 0) return;
  const std::size_t share = plane < kTask ? static_cast<std::size_t>(kTask) / plane : 1;
  for_each(workers, planes / share + (planes % share != 0), [=](std::size_t task) {
    const std::size_t begin = task * share, left = planes - begin;
    const std::size_t end = begin + (left < share ? left : share);
    for (std::size_t i = begin; i < end; ++i) deed(i % channels, i * plane, plane);
  });
}

}  // namespace bitgraph
