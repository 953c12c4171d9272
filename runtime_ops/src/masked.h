// The gradient of batch normalization in plain C++: one element, and the sums of one plane.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rounded.h"

namespace bitgraph {

template <Mask mask>
float masked(float dy, float x, Affine affine, Range range) {
  if constexpr (mask == Mask::none) return dy;
  const float value = x * affine.factor + affine.offset;  // Only compared: which NaN it is does not matter.
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

// The sum of at(0) ... at(n - 1) in the order in which ONNX Runtime's x86-64 build adds a column (Eigen 3.4
// with SSE2): two accumulators of four lanes begin at `head` and take packets in turn; they are added, a
// single packet left over goes on top; then (lane 0 + lane 2) + (lane 1 + lane 3); then what is before the
// head and what is left, one by one. Without a whole packet all are added one by one.
template <class At>
float sum_of(std::size_t n, std::size_t head, At at) {
  const std::size_t end = head + (n - head) / 4 * 4;
  if (end == head) {
    float total = n == 0 ? 0.0f : at(0);
    for (std::size_t i = 1; i < n; ++i) total += at(i);
    return total;
  }
  float first[4], second[4];
  for (std::size_t lane = 0; lane < 4; ++lane) first[lane] = at(head + lane);
  if (end - head > 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) second[lane] = at(head + 4 + lane);
    std::size_t i = head + 8;
    for (; i + 8 <= end; i += 8) {
      for (std::size_t lane = 0; lane < 4; ++lane) first[lane] += at(i + lane);
      for (std::size_t lane = 0; lane < 4; ++lane) second[lane] += at(i + 4 + lane);
    }
    for (std::size_t lane = 0; lane < 4; ++lane) first[lane] += second[lane];
    for (std::size_t lane = 0; lane < 4 && i < end; ++lane) first[lane] += at(i + lane);
  }
  float total = (first[0] + first[2]) + (first[1] + first[3]);
  for (std::size_t i = 0; i < head; ++i) total += at(i);
  for (std::size_t i = end; i < n; ++i) total += at(i);
  return total;
}

// The bias's sum begins its lanes at `head`.
template <Mask mask>
void add_plane(const float* dy, const float* x, std::size_t n, std::size_t head,
               const GradientChannel& channel, Range range, ChannelSums& sums) {
  const auto gradient = [&](std::size_t i) { return masked<mask>(dy[i], x[i], channel.affine, range); };
  const auto term = [&](std::size_t i) { return scale_term(gradient(i), x[i], channel); };
  sums.bias += sum_of(n, head, gradient);
  sums.scale += sum_of(n, 0, term);
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
