#include "avx2/coded_lanes.h"
#include "avx2/kernels.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

constexpr std::size_t kSteps = kWindow / kStep;

// The exponents of 32 elements, in some order.
BITGRAPH_AVX2 inline __m256i exponents(const std::uint32_t* x) {
  __m256i e[4];
  for (std::size_t i = 0; i < 4; ++i) {
    e[i] = _mm256_srli_epi32(_mm256_slli_epi32(load256(x + 8 * i), 1), 24);
  }
  return _mm256_packus_epi16(_mm256_packus_epi32(e[0], e[1]), _mm256_packus_epi32(e[2], e[3]));
}

BITGRAPH_AVX2 inline unsigned largest(__m256i v) {
  const __m128i half = _mm_max_epu8(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  // The smallest 16-bit lane of the complement, its two bytes folded into the lower one.
  const __m128i rest = _mm_xor_si128(half, _mm_set1_epi8(-1));
  const __m128i folded = _mm_min_epu8(rest, _mm_srli_epi16(rest, 8));
  return 255u - (static_cast<unsigned>(_mm_cvtsi128_si32(_mm_minpos_epu16(folded))) & 255u);
}

// Of bytes that count up, at most 255 each.
BITGRAPH_AVX2 inline std::size_t sum_of(__m256i counts) {
  const __m256i sums = _mm256_sad_epu8(counts, _mm256_setzero_si256());
  return static_cast<std::size_t>(_mm256_extract_epi64(sums, 0) + _mm256_extract_epi64(sums, 1) +
                                  _mm256_extract_epi64(sums, 2) + _mm256_extract_epi64(sums, 3));
}

BITGRAPH_AVX2 inline __m256i at_least(__m256i bytes, __m256i bound) {
  return _mm256_cmpeq_epi8(_mm256_max_epu8(bytes, bound), bytes);
}

// From the largest exponent downwards, until more lie above than the best top leaves outside.
BITGRAPH_AVX2 inline std::size_t choose_top(const std::uint32_t* x, std::uint8_t& top) {
  __m256i e[kSteps], all = _mm256_setzero_si256();
  for (std::size_t i = 0; i < kSteps; ++i) {
    e[i] = exponents(x + i * kStep);
    all = _mm256_max_epu8(all, e[i]);
  }
  std::size_t fewest = kWindow + 1, above = 0;
  unsigned exponent = largest(all);
  for (std::size_t tried = 0; tried < kCandidates; ++tried) {
    const unsigned candidate = exponent < kLowestTop ? kLowestTop : exponent;
    const __m256i here = bytes_of(exponent), bottom = bytes_of(candidate - kLowestTop);
    __m256i from_here = _mm256_setzero_si256(), from_bottom = from_here, next = from_here;
    for (std::size_t i = 0; i < kSteps; ++i) {
      const __m256i holds = at_least(e[i], here);
      from_here = _mm256_sub_epi8(from_here, holds);
      from_bottom = _mm256_sub_epi8(from_bottom, at_least(e[i], bottom));
      next = _mm256_max_epu8(next, _mm256_andnot_si256(holds, e[i]));
    }
    const std::size_t outside = above + kWindow - sum_of(from_bottom);
    if (outside < fewest) {
      fewest = outside;
      top = static_cast<std::uint8_t>(candidate);
    }
    above = sum_of(from_here);
    if (above >= fewest || exponent <= kLowestTop) break;
    exponent = largest(next);
  }
  return fewest;
}

}  // namespace

BITGRAPH_AVX2 std::size_t measure_windows(const std::uint32_t* x, std::size_t n, std::uint8_t* tops) {
  std::size_t outside = 0;
  const std::size_t body = n - n % kWindow;
  for (std::size_t i = 0; i < body; i += kWindow) {
    for (std::size_t line = 0; line < kWindow; line += 16) fetch_ahead(x + i + line, 64);
    outside += choose_top(x + i, tops[i / kWindow]);
  }
  return outside + scalar::measure_windows(x + body, n - body, tops + body / kWindow);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
