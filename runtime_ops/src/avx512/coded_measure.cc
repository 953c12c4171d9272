#include "avx512/coded_lanes.h"
#include "avx512/kernels.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

constexpr std::size_t kGroups = kWindow / kGroup;

BITGRAPH_AVX512 inline __m512i exponents(const std::uint32_t* x) {
  const __m512i a = halves(load512(x), load512(x + 16), 1), b = halves(load512(x + 32), load512(x + 48), 1);
  return bytes(_mm512_slli_epi16(a, 1), _mm512_slli_epi16(b, 1), 1);
}

BITGRAPH_AVX512 inline unsigned largest(__m512i v) {
  const __m256i low = _mm512_maskz_extracti64x4_epi64(kAll8, v, 0);
  const __m256i half = _mm256_max_epu8(low, _mm512_maskz_extracti64x4_epi64(kAll8, v, 1));
  const __m128i quarter = _mm_max_epu8(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  // The smallest 16-bit lane of the complement, its two bytes folded into the lower one.
  const __m128i rest = _mm_xor_si128(quarter, _mm_set1_epi8(-1));
  const __m128i folded = _mm_min_epu8(rest, _mm_srli_epi16(rest, 8));
  return 255u - (static_cast<unsigned>(_mm_cvtsi128_si32(_mm_minpos_epu16(folded))) & 255u);
}

// From the largest exponent downwards, until more lie above than the best window leaves outside.
BITGRAPH_AVX512 inline std::size_t choose_top(const std::uint32_t* x, std::uint8_t& top) {
  __m512i e[kGroups], all = _mm512_setzero_si512();
  for (std::size_t i = 0; i < kGroups; ++i) {
    e[i] = exponents(x + i * kGroup);
    all = _mm512_max_epu8(all, e[i]);
  }
  std::size_t fewest = kWindow + 1, above = 0;
  unsigned exponent = largest(all);
  for (std::size_t tried = 0; tried < kCandidates; ++tried) {
    const unsigned candidate = exponent < kLowestTop ? kLowestTop : exponent;
    const __m512i here = bytes_of(exponent), bottom = bytes_of(candidate - kLowestTop);
    std::size_t below = 0, smaller = 0;
    __m512i next = _mm512_setzero_si512();
    for (std::size_t i = 0; i < kGroups; ++i) {
      const __mmask64 under = _mm512_cmplt_epu8_mask(e[i], here);
      below += static_cast<std::size_t>(_mm_popcnt_u64(_mm512_cmplt_epu8_mask(e[i], bottom)));
      smaller += static_cast<std::size_t>(_mm_popcnt_u64(under));
      next = _mm512_mask_max_epu8(next, under, next, e[i]);
    }
    if (above + below < fewest) {
      fewest = above + below;
      top = static_cast<std::uint8_t>(candidate);
    }
    above = kWindow - smaller;
    if (above >= fewest || exponent <= kLowestTop) break;
    exponent = largest(next);
  }
  return fewest;
}

}  // namespace

BITGRAPH_AVX512 std::size_t measure_windows(const std::uint32_t* x, std::size_t n, std::uint8_t* tops) {
  std::size_t outside = 0;
  const std::size_t body = n - n % kWindow;
  for (std::size_t i = 0; i < body; i += kWindow) outside += choose_top(x + i, tops[i / kWindow]);
  return outside + scalar::measure_windows(x + body, n - body, tops + body / kWindow);
}

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
