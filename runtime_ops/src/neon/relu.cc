#include "neon/kernels.h"
#include "neon/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

// Chosen by comparison: this architecture's own maximum of 0 and -0 is 0, and of a NaN a quiet one.
std::size_t relu(const float* x, std::size_t n, float* y, std::uint8_t* bits) {
  const float32x4_t zero = vdupq_n_f32(0.0f);
  uint32x4_t nonzeros = vdupq_n_u32(0);
  const std::size_t body = write_bits32(x, n, bits, [=, &nonzeros](const float* at) {
    const float32x4_t lanes = vld1q_f32(at);
    const float32x4_t kept = vbslq_f32(vcltzq_f32(lanes), zero, lanes);
    vst1q_f32(y + (at - x), kept);
    const uint32x4_t words = vreinterpretq_u32_f32(kept);
    nonzeros = vsubq_u32(nonzeros, vtstq_u32(words, words));
    return vcgtzq_f32(kept);
  });
  return vaddlvq_u32(nonzeros) + scalar::relu(x + body, n - body, y + body, bits + body / 8);
}

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
