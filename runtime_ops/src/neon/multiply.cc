#include "float_bits.h"
#include "neon/kernels.h"
#include "neon/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

namespace {

// product(at, mask) is the product of the 16 bytes of elements at `at` with 1 where the mask is all ones.
template <class T, class Product>
void multiply_lanes(const T* dy, const std::uint8_t* bits, std::size_t n, T* dx, Product product) {
  constexpr std::size_t kLanes = 16 / sizeof(T);
  const std::size_t body = n - n % 16;
  for (std::size_t i = 0; i < body; i += 16) {
    const unsigned m = load_bits16(bits + i / 8);
    for (std::size_t lane = 0; lane < 16; lane += kLanes) {
      store128(dx + i + lane, product(dy + i + lane, lane_mask<T>(m >> lane)));
    }
  }
  scalar::multiply(dy + body, bits + body / 8, n - body, dx + body);
}

// The cases of times_bit in float_bits.h: a number keeps its bits or only its sign; a NaN turns quiet;
// infinity times 0 is the processor's NaN.
template <class T>
void multiply16(const T* dy, const std::uint8_t* bits, std::size_t n, T* dx) {
  using Bits = FloatBits<T>;
  const uint16x8_t infinity = vdupq_n_u16(Bits::infinity), quiet = vdupq_n_u16(Bits::quiet);
  const uint16x8_t invalid = vorrq_u16(infinity, quiet), sign = vdupq_n_u16(0x8000);
  multiply_lanes(dy, bits, n, dx, [=](const T* at, uint8x16_t mask) {
    const uint16x8_t words = vreinterpretq_u16_u8(load128(at)), kept = vreinterpretq_u16_u8(mask);
    const uint16x8_t sizes = vbicq_u16(words, sign);
    const uint16x8_t number = vandq_u16(words, vorrq_u16(kept, sign));
    const uint16x8_t is_invalid = vbicq_u16(vceqq_u16(sizes, infinity), kept);
    const uint16x8_t product = vbslq_u16(is_invalid, invalid, number);
    return vreinterpretq_u8_u16(vbslq_u16(vcgtq_u16(sizes, infinity), vorrq_u16(words, quiet), product));
  });
}

}  // namespace

template <>
void multiply(const float* dy, const std::uint8_t* bits, std::size_t n, float* dx) {
  const uint8x16_t one = vreinterpretq_u8_f32(vdupq_n_f32(1));
  multiply_lanes(dy, bits, n, dx, [one](const float* at, uint8x16_t mask) {
    const float32x4_t factor = vreinterpretq_f32_u8(vandq_u8(one, mask));
    return vreinterpretq_u8_f32(vmulq_f32(vld1q_f32(at), factor));
  });
}

template <>
void multiply(const double* dy, const std::uint8_t* bits, std::size_t n, double* dx) {
  const uint8x16_t one = vreinterpretq_u8_f64(vdupq_n_f64(1));
  multiply_lanes(dy, bits, n, dx, [one](const double* at, uint8x16_t mask) {
    const float64x2_t factor = vreinterpretq_f64_u8(vandq_u8(one, mask));
    return vreinterpretq_u8_f64(vmulq_f64(vld1q_f64(at), factor));
  });
}

template <>
void multiply(const Float16* dy, const std::uint8_t* bits, std::size_t n, Float16* dx) {
  multiply16(dy, bits, n, dx);
}

template <>
void multiply(const Bfloat16* dy, const std::uint8_t* bits, std::size_t n, Bfloat16* dx) {
  multiply16(dy, bits, n, dx);
}

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
