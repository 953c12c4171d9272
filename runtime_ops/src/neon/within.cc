#include "float_bits.h"
#include "neon/kernels.h"
#include "neon/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

template <>
void within(const float* x, std::size_t n, float low, float high, std::uint8_t* bits) {
  const float32x4_t lows = vdupq_n_f32(low), highs = vdupq_n_f32(high);
  const std::size_t body = write_bits32(x, n, bits, [lows, highs](const float* at) {
    const float32x4_t lanes = vld1q_f32(at);
    return vandq_u32(vcgeq_f32(lanes, lows), vcleq_f32(lanes, highs));
  });
  scalar::within(x + body, n - body, low, high, bits + body / 8);
}

template <>
void within(const double* x, std::size_t n, double low, double high, std::uint8_t* bits) {
  const float64x2_t lows = vdupq_n_f64(low), highs = vdupq_n_f64(high);
  const std::size_t body = write_bits32(x, n, bits, [lows, highs](const double* at) {
    const float64x2_t lanes = vld1q_f64(at);
    return vandq_u64(vcgeq_f64(lanes, lows), vcleq_f64(lanes, highs));
  });
  scalar::within(x + body, n - body, low, high, bits + body / 8);
}

namespace {

// On order keys (float_bits.h): a key is the magnitude, negated where the sign is set.
template <class T>
void within16(const T* x, std::size_t n, T low, T high, std::uint8_t* bits) {
  const KeyRange range = key_range(low, high);
  const int16x8_t lows = vdupq_n_s16(range.low), highs = vdupq_n_s16(range.high);
  const int16x8_t infinity = vdupq_n_s16(static_cast<std::int16_t>(FloatBits<T>::infinity));
  const std::size_t body = write_bits32(x, n, bits, [=](const T* at) {
    const int16x8_t words = vreinterpretq_s16_u8(load128(at));
    const int16x8_t sizes = vandq_s16(words, vdupq_n_s16(0x7FFF));
    const int16x8_t keys = vbslq_s16(vcltzq_s16(words), vnegq_s16(sizes), sizes);
    const uint16x8_t inside = vandq_u16(vcgeq_s16(keys, lows), vcleq_s16(keys, highs));
    return vandq_u16(inside, vcleq_s16(sizes, infinity));
  });
  scalar::within(x + body, n - body, low, high, bits + body / 8);
}

}  // namespace

template <>
void within(const Float16* x, std::size_t n, Float16 low, Float16 high, std::uint8_t* bits) {
  within16(x, n, low, high, bits);
}

template <>
void within(const Bfloat16* x, std::size_t n, Bfloat16 low, Bfloat16 high, std::uint8_t* bits) {
  within16(x, n, low, high, bits);
}

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
