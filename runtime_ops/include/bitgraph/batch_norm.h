// Batch normalization in training mode, from what its gradient keeps: the input, and of each channel its
// scale, bias, mean and inverse standard deviation. Float32.
//
// The steps and their order are ONNX Runtime's own, each rounded; no fused multiply-add. Where an operand is
// NaN the result is the first NaN among them, made quiet, as x86 gives it: so the bits do not depend on how a
// compiler orders the operands.
#pragma once

#include <cstdint>
#include <limits>

namespace bitgraph {

// What a channel does to each of its elements: x * factor + offset.
struct Affine {
  float factor, offset;
};

// factor = scale * inv_std, offset = bias - mean * factor.
Affine affine_of(float scale, float bias, float mean, float inv_std);

// Changes no number, not even the sign of a zero.
constexpr Affine kIdentity = {1.0f, -0.0f};

// What ReLU and Clip do: y < low ? low : y, then y > high ? high : y. NaN passes, and so does a zero of
// either sign when it equals a bound.
struct Range {
  float low, high;
};
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr Range kEverything = {-kInfinity, kInfinity};
constexpr Range kRelu = {0.0f, kInfinity};

// What the gradient of the activation does to dY: nothing; the value of x > 0 ? dY : +0; or dY * 1 where the
// value is in the range, else dY * 0.
enum class Mask : std::uint8_t { none, relu, clip };
struct Activation {
  Mask mask = Mask::none;
  Range range = kEverything;
};

// A channel as its gradient needs it. factor = scale * inv_std / (N * plane), N the number of samples.
struct GradientChannel {
  float mean, inv_std, factor;
  Affine affine;  // For the mask only.
};

// The gradients of scale and bias.
struct ChannelSums {
  float scale = 0.0f, bias = 0.0f;
};

}  // namespace bitgraph
