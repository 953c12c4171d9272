#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

// All ones where the element is zero.
BITGRAPH_AVX2 inline __m256i is_zero(__m256i x, std::uint8_t) {
  return _mm256_cmpeq_epi8(x, _mm256_setzero_si256());
}
BITGRAPH_AVX2 inline __m256i is_zero(__m256i x, std::uint16_t) {
  return _mm256_cmpeq_epi16(x, _mm256_setzero_si256());
}
BITGRAPH_AVX2 inline __m256i is_zero(__m256i x, std::uint32_t) {
  return _mm256_cmpeq_epi32(x, _mm256_setzero_si256());
}
BITGRAPH_AVX2 inline __m256i is_zero(__m256i x, std::uint64_t) {
  return _mm256_cmpeq_epi64(x, _mm256_setzero_si256());
}

BITGRAPH_AVX2 inline std::size_t sum_bytes(__m256i bytes) {
  const __m256i sums = _mm256_sad_epu8(bytes, _mm256_setzero_si256());
  return static_cast<std::size_t>(_mm256_extract_epi64(sums, 0) + _mm256_extract_epi64(sums, 1) +
                                  _mm256_extract_epi64(sums, 2) + _mm256_extract_epi64(sums, 3));
}

}  // namespace

// The elements are read in four places at once: more than one stream is fetched ahead, which a single one's
// limit of outstanding lines does not allow. Each zero element adds sizeof(U) to a byte-wise count, and the
// bytes are summed before one can overflow.
template <class U>
BITGRAPH_AVX2 std::size_t count_nonzero(const U* x, std::size_t n) {
  constexpr std::size_t kLanes = 32 / sizeof(U), kRound = 63 * kLanes;
  const std::size_t quarter = n / 4 - n / 4 % kLanes;
  std::size_t zero_bytes = 0;
  for (std::size_t begin = 0; begin < quarter; begin += kRound) {
    const std::size_t end = quarter - begin < kRound ? quarter : begin + kRound;
    __m256i counts = _mm256_setzero_si256();
    for (std::size_t i = begin; i < end; i += kLanes) {
      const U* at = x + i;
      const __m256i a = _mm256_add_epi8(is_zero(load256(at), U{}), is_zero(load256(at + quarter), U{}));
      const __m256i b =
          _mm256_add_epi8(is_zero(load256(at + 2 * quarter), U{}), is_zero(load256(at + 3 * quarter), U{}));
      counts = _mm256_sub_epi8(counts, _mm256_add_epi8(a, b));
    }
    zero_bytes += sum_bytes(counts);
  }
  const std::size_t body = 4 * quarter;
  return body - zero_bytes / sizeof(U) + scalar::count_nonzero(x + body, n - body);
}

template std::size_t count_nonzero(const std::uint8_t*, std::size_t);
template std::size_t count_nonzero(const std::uint16_t*, std::size_t);
template std::size_t count_nonzero(const std::uint32_t*, std::size_t);
template std::size_t count_nonzero(const std::uint64_t*, std::size_t);

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
