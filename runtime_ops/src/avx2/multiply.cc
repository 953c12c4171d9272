#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "float_bits.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

template <>
BITGRAPH_AVX2 void multiply(const float* dy, const std::uint8_t* bits, std::size_t n, float* dx) {
  const std::size_t body = n - n % 8;
  const __m256 one = _mm256_set1_ps(1.0f);
  for (std::size_t i = 0; i < body; i += 8) {
    const __m256 factor = _mm256_and_ps(one, _mm256_castsi256_ps(lane_mask32(bits[i / 8])));
    _mm256_storeu_ps(dx + i, _mm256_mul_ps(_mm256_loadu_ps(dy + i), factor));
  }
  scalar::multiply(dy + body, bits + body / 8, n - body, dx + body);
}

template <>
BITGRAPH_AVX2 void multiply(const double* dy, const std::uint8_t* bits, std::size_t n, double* dx) {
  const std::size_t body = n - n % 8;
  const __m256d one = _mm256_set1_pd(1.0);
  for (std::size_t i = 0; i < body; i += 8) {
    const unsigned m = bits[i / 8];
    const __m256d low = _mm256_and_pd(one, _mm256_castsi256_pd(lane_mask64(m)));
    const __m256d high = _mm256_and_pd(one, _mm256_castsi256_pd(lane_mask64(m >> 4)));
    const __m256d first = _mm256_mul_pd(_mm256_loadu_pd(dy + i), low);
    const __m256d second = _mm256_mul_pd(_mm256_loadu_pd(dy + i + 4), high);
    _mm256_storeu_pd(dx + i, first);
    _mm256_storeu_pd(dx + i + 4, second);
  }
  scalar::multiply(dy + body, bits + body / 8, n - body, dx + body);
}

namespace {

// The cases of times_bit in float_bits.h: a number keeps its bits or only its sign; a NaN turns quiet;
// infinity times 0 is the processor's NaN.
template <class T>
BITGRAPH_AVX2 void multiply16(const T* dy, const std::uint8_t* bits, std::size_t n, T* dx) {
  using Bits = FloatBits<T>;
  const std::size_t body = n - n % 16;
  const __m256i infinity = _mm256_set1_epi16(static_cast<short>(Bits::infinity));
  const __m256i quiet = _mm256_set1_epi16(static_cast<short>(Bits::quiet));
  const __m256i invalid = _mm256_set1_epi16(static_cast<short>(0x8000u | Bits::infinity | Bits::quiet));
  const __m256i sign = _mm256_set1_epi16(static_cast<short>(0x8000u));
  for (std::size_t i = 0; i < body; i += 16) {
    const __m256i words = load256(dy + i), kept = lane_mask16(load_bits16(bits + i / 8));
    const __m256i sizes = _mm256_andnot_si256(sign, words);
    const __m256i number = _mm256_and_si256(words, _mm256_or_si256(kept, sign));
    const __m256i is_invalid = _mm256_andnot_si256(kept, _mm256_cmpeq_epi16(sizes, infinity));
    const __m256i is_nan = _mm256_cmpgt_epi16(sizes, infinity);
    const __m256i product = _mm256_blendv_epi8(number, invalid, is_invalid);
    store256(dx + i, _mm256_blendv_epi8(product, _mm256_or_si256(words, quiet), is_nan));
  }
  scalar::multiply(dy + body, bits + body / 8, n - body, dx + body);
}

}  // namespace

template <>
BITGRAPH_AVX2 void multiply(const Float16* dy, const std::uint8_t* bits, std::size_t n, Float16* dx) {
  multiply16(dy, bits, n, dx);
}

template <>
BITGRAPH_AVX2 void multiply(const Bfloat16* dy, const std::uint8_t* bits, std::size_t n, Bfloat16* dx) {
  multiply16(dy, bits, n, dx);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
