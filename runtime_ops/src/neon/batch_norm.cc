#include "neon/kernels.h"
#include "rounded.h"
#include "scalar/kernels.h"

#if BITGRAPH_ARM64

#include <arm_neon.h>

namespace bitgraph::neon {

namespace {

struct Channel {
  float32x4_t factor, offset;
};

inline Channel lanes_of(Affine channel) { return {vdupq_n_f32(channel.factor), vdupq_n_f32(channel.offset)}; }

// Four values, each step rounded: a product and a sum, not vfmaq.
inline float32x4_t values_of(const float* x, const Channel& channel) {
  return vaddq_f32(vmulq_f32(vld1q_f32(x), channel.factor), channel.offset);
}

}  // namespace

void recompute(const float* x, std::size_t n, Affine channel, Range range, float* y) {
  if (!is_free_of_nan(channel)) return scalar::recompute(x, n, channel, range, y);
  const std::size_t body = n - n % 4;
  const Channel lanes = lanes_of(channel);
  const float32x4_t low = vdupq_n_f32(range.low), high = vdupq_n_f32(range.high);
  for (std::size_t i = 0; i < body; i += 4) {
    const float32x4_t values = values_of(x + i, lanes);
    const float32x4_t above = vbslq_f32(vcltq_f32(values, low), low, values);
    vst1q_f32(y + i, vbslq_f32(vcgtq_f32(above, high), high, above));
  }
  scalar::recompute(x + body, n - body, channel, range, y + body);
}

void relu_grad(const float* dy, const float* x, std::size_t n, Affine channel, float* dx) {
  if (!is_free_of_nan(channel)) return scalar::relu_grad(dy, x, n, channel, dx);
  const std::size_t body = n - n % 4;
  const Channel lanes = lanes_of(channel);
  for (std::size_t i = 0; i < body; i += 4) {
    const uint32x4_t passes = vcgtq_f32(values_of(x + i, lanes), vdupq_n_f32(0.0f));
    const uint32x4_t kept = vandq_u32(vreinterpretq_u32_f32(vld1q_f32(dy + i)), passes);
    vst1q_f32(dx + i, vreinterpretq_f32_u32(kept));
  }
  scalar::relu_grad(dy + body, x + body, n - body, channel, dx + body);
}

void clip_grad(const float* dy, const float* x, std::size_t n, Affine channel, Range range, float* dx) {
  if (!is_free_of_nan(channel)) return scalar::clip_grad(dy, x, n, channel, range, dx);
  const std::size_t body = n - n % 4;
  const Channel lanes = lanes_of(channel);
  const float32x4_t low = vdupq_n_f32(range.low), high = vdupq_n_f32(range.high);
  const uint32x4_t one = vreinterpretq_u32_f32(vdupq_n_f32(unseen_one()));
  for (std::size_t i = 0; i < body; i += 4) {
    const float32x4_t values = values_of(x + i, lanes);
    const uint32x4_t passes = vandq_u32(vcgeq_f32(values, low), vcleq_f32(values, high));
    const float32x4_t factor = vreinterpretq_f32_u32(vandq_u32(one, passes));
    vst1q_f32(dx + i, vmulq_f32(vld1q_f32(dy + i), factor));
  }
  scalar::clip_grad(dy + body, x + body, n - body, channel, range, dx + body);
}

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
