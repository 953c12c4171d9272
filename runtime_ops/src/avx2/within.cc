#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "float_bits.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

template <>
BITGRAPH_AVX2 void within(const float* x, std::size_t n, float low, float high, std::uint8_t* bits) {
  const std::size_t body = n - n % 8;
  const __m256 lows = _mm256_set1_ps(low), highs = _mm256_set1_ps(high);
  for (std::size_t i = 0; i < body; i += 8) {
    const __m256 lanes = _mm256_loadu_ps(x + i);
    const __m256 holds =
        _mm256_and_ps(_mm256_cmp_ps(lanes, lows, _CMP_GE_OQ), _mm256_cmp_ps(lanes, highs, _CMP_LE_OQ));
    bits[i / 8] = static_cast<std::uint8_t>(_mm256_movemask_ps(holds));
  }
  scalar::within(x + body, n - body, low, high, bits + body / 8);
}

template <>
BITGRAPH_AVX2 void within(const double* x, std::size_t n, double low, double high, std::uint8_t* bits) {
  const std::size_t body = n - n % 8;
  const __m256d lows = _mm256_set1_pd(low), highs = _mm256_set1_pd(high);
  for (std::size_t i = 0; i < body; i += 8) {
    const __m256d a = _mm256_loadu_pd(x + i), b = _mm256_loadu_pd(x + i + 4);
    const __m256d first =
        _mm256_and_pd(_mm256_cmp_pd(a, lows, _CMP_GE_OQ), _mm256_cmp_pd(a, highs, _CMP_LE_OQ));
    const __m256d second =
        _mm256_and_pd(_mm256_cmp_pd(b, lows, _CMP_GE_OQ), _mm256_cmp_pd(b, highs, _CMP_LE_OQ));
    bits[i / 8] = static_cast<std::uint8_t>(_mm256_movemask_pd(first) | _mm256_movemask_pd(second) << 4);
  }
  scalar::within(x + body, n - body, low, high, bits + body / 8);
}

namespace {

// On order keys (float_bits.h): a key is the magnitude, negated where the sign is set.
template <class T>
BITGRAPH_AVX2 void within16(const T* x, std::size_t n, T low, T high, std::uint8_t* bits) {
  const KeyRange range = key_range(low, high);
  const std::size_t body = n - n % 16;
  const __m256i lows = _mm256_set1_epi16(range.low), highs = _mm256_set1_epi16(range.high);
  const __m256i infinity = _mm256_set1_epi16(static_cast<short>(FloatBits<T>::infinity));
  for (std::size_t i = 0; i < body; i += 16) {
    const __m256i words = load256(x + i);
    const __m256i sizes = _mm256_and_si256(words, _mm256_set1_epi16(0x7FFF));
    const __m256i signs = _mm256_srai_epi16(words, 15);
    const __m256i keys = _mm256_sub_epi16(_mm256_xor_si256(sizes, signs), signs);
    const __m256i below = _mm256_cmpgt_epi16(lows, keys), above = _mm256_cmpgt_epi16(keys, highs);
    const __m256i fails = _mm256_or_si256(_mm256_or_si256(below, above), _mm256_cmpgt_epi16(sizes, infinity));
    const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(fails), _mm256_extracti128_si256(fails, 1));
    store_bits16(bits + i / 8, ~static_cast<unsigned>(_mm_movemask_epi8(bytes)));
  }
  scalar::within(x + body, n - body, low, high, bits + body / 8);
}

}  // namespace

template <>
BITGRAPH_AVX2 void within(const Float16* x, std::size_t n, Float16 low, Float16 high, std::uint8_t* bits) {
  within16(x, n, low, high, bits);
}

template <>
BITGRAPH_AVX2 void within(const Bfloat16* x, std::size_t n, Bfloat16 low, Bfloat16 high, std::uint8_t* bits) {
  within16(x, n, low, high, bits);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
