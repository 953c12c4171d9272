#include "avx512/kernels.h"
#include "avx512/lanes.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

BITGRAPH_AVX512 std::size_t popcount(const std::uint8_t* bits, std::size_t bytes) {
  const std::size_t body = bytes - bytes % 64;
  __m512i counts = _mm512_setzero_si512();
  for (std::size_t i = 0; i < body; i += 64) {
    counts = _mm512_add_epi64(counts, _mm512_popcnt_epi64(load512(bits + i)));
  }
  const __m512i rest = load(first<std::uint8_t>(bytes - body), bits + body);
  counts = _mm512_add_epi64(counts, _mm512_popcnt_epi64(rest));
  std::uint64_t sums[8];
  store512(sums, counts);
  return sums[0] + sums[1] + sums[2] + sums[3] + sums[4] + sums[5] + sums[6] + sums[7];
}

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
