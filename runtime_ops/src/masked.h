// One element of the gradient behind a batch normalization, in plain C++.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rounded.h"

namespace bitgraph {

template <Mask mask>
float masked(float dy, float x, Affine affine, Range range) {
  if constexpr (mask == Mask::none) return dy;
  const float value = value_of(x, affine);
  if constexpr (mask == Mask::relu) return value > 0.0f ? dy : 0.0f;
  return dy * (value >= range.low && value <= range.high ? 1.0f : 0.0f);
}

// Its part in the gradient of scale, dy being masked.
inline float scale_term(float dy, float x, const GradientChannel& channel) {
  return (x - channel.mean) * channel.inv_std * dy;
}

// And the gradient of x, of which N and the plane's size are given as floats.
inline float input_gradient(float dy, float x, const GradientChannel& channel, float samples, float size,
                            const ChannelSums& sums) {
  const float own = dy * samples * size - sums.bias;
  const float shared = (x - channel.mean) * sums.scale * channel.inv_std;
  return channel.factor * (own - shared);
}

// Elements before the first one at a multiple of 16 bytes.
inline std::size_t elements_to_alignment(const float* p, std::size_t n) {
  const std::size_t to = (16 - reinterpret_cast<std::uintptr_t>(p) % 16) % 16 / sizeof(float);
  return to < n ? to : n;
}

// Calls deed(constant) where constant.value is the mask.
template <Mask mask>
struct MaskConstant {
  static constexpr Mask value = mask;
};
template <class Deed>
void with_mask(Mask mask, Deed deed) {
  switch (mask) {
    case Mask::none:
      return deed(MaskConstant<Mask::none>{});
    case Mask::relu:
      return deed(MaskConstant<Mask::relu>{});
    case Mask::clip:
      return deed(MaskConstant<Mask::clip>{});
  }
}

}  // namespace bitgraph
