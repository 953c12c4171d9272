#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "float_bits.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

template <>
BITGRAPH_AVX2 void positive(const float* x, std::size_t n, std::uint8_t* bits) {
  const std::size_t body = n - n % 8;
  const __m256 zero = _mm256_setzero_ps();
  for (std::size_t i = 0; i < body; i += 8) {
    const __m256 above = _mm256_cmp_ps(_mm256_loadu_ps(x + i), zero, _CMP_GT_OQ);
    bits[i / 8] = static_cast<std::uint8_t>(_mm256_movemask_ps(above));
  }
  scalar::positive(x + body, n - body, bits + body / 8);
}

template <>
BITGRAPH_AVX2 void positive(const double* x, std::size_t n, std::uint8_t* bits) {
  const std::size_t body = n - n % 8;
  const __m256d zero = _mm256_setzero_pd();
  for (std::size_t i = 0; i < body; i += 8) {
    const __m256d low = _mm256_cmp_pd(_mm256_loadu_pd(x + i), zero, _CMP_GT_OQ);
    const __m256d high = _mm256_cmp_pd(_mm256_loadu_pd(x + i + 4), zero, _CMP_GT_OQ);
    bits[i / 8] = static_cast<std::uint8_t>(_mm256_movemask_pd(low) | _mm256_movemask_pd(high) << 4);
  }
  scalar::positive(x + body, n - body, bits + body / 8);
}

namespace {

// As signed integers the positive numbers are 1 ... infinity; larger ones are NaN, negative ones have the
// sign.
template <class T>
BITGRAPH_AVX2 void positive16(const T* x, std::size_t n, std::uint8_t* bits) {
  const std::size_t body = n - n % 16;
  const __m256i zero = _mm256_setzero_si256();
  const __m256i infinity = _mm256_set1_epi16(static_cast<short>(FloatBits<T>::infinity));
  for (std::size_t i = 0; i < body; i += 16) {
    const __m256i words = load256(x + i);
    const __m256i above = _mm256_cmpgt_epi16(words, zero);
    const __m256i holds = _mm256_andnot_si256(_mm256_cmpgt_epi16(words, infinity), above);
    const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(holds), _mm256_extracti128_si256(holds, 1));
    store_bits16(bits + i / 8, static_cast<unsigned>(_mm_movemask_epi8(bytes)));
  }
  scalar::positive(x + body, n - body, bits + body / 8);
}

}  // namespace

template <>
BITGRAPH_AVX2 void positive(const Float16* x, std::size_t n, std::uint8_t* bits) {
  positive16(x, n, bits);
}

template <>
BITGRAPH_AVX2 void positive(const Bfloat16* x, std::size_t n, std::uint8_t* bits) {
  positive16(x, n, bits);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
