#include "float_bits.h"
#include "neon/kernels.h"
#include "neon/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

namespace {

template <class T, class Holds>
void positive_where(const T* x, std::size_t n, std::uint8_t* bits, Holds holds) {
  const std::size_t body = write_bits32(x, n, bits, holds);
  scalar::positive(x + body, n - body, bits + body / 8);
}

// As signed integers the positive numbers are 1 ... infinity; larger ones are NaN, negative ones have the
// sign.
template <class T>
void positive16(const T* x, std::size_t n, std::uint8_t* bits) {
  const int16x8_t infinity = vdupq_n_s16(static_cast<std::int16_t>(FloatBits<T>::infinity));
  positive_where(x, n, bits, [infinity](const T* at) {
    const int16x8_t words = vreinterpretq_s16_u8(load128(at));
    return vandq_u16(vcgtzq_s16(words), vcleq_s16(words, infinity));
  });
}

}  // namespace

template <>
void positive(const float* x, std::size_t n, std::uint8_t* bits) {
  positive_where(x, n, bits, [](const float* at) { return vcgtzq_f32(vld1q_f32(at)); });
}

template <>
void positive(const double* x, std::size_t n, std::uint8_t* bits) {
  positive_where(x, n, bits, [](const double* at) { return vcgtzq_f64(vld1q_f64(at)); });
}

template <>
void positive(const Float16* x, std::size_t n, std::uint8_t* bits) {
  positive16(x, n, bits);
}

template <>
void positive(const Bfloat16* x, std::size_t n, std::uint8_t* bits) {
  positive16(x, n, bits);
}

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
