#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

BITGRAPH_AVX2 void pack_bools(const std::uint8_t* x, std::size_t n, std::uint8_t* bits) {
  const std::size_t body = n - n % 32;
  const __m256i zero = _mm256_setzero_si256();
  for (std::size_t i = 0; i < body; i += 32) {
    const __m256i is_false = _mm256_cmpeq_epi8(load256(x + i), zero);
    store_bits32(bits + i / 8, ~static_cast<std::uint32_t>(_mm256_movemask_epi8(is_false)));
  }
  scalar::pack_bools(x + body, n - body, bits + body / 8);
}

BITGRAPH_AVX2 void unpack_bools(const std::uint8_t* bits, std::size_t n, std::uint8_t* x) {
  const std::size_t body = n - n % 32;
  const __m256i one = _mm256_set1_epi8(1);
  for (std::size_t i = 0; i < body; i += 32) {
    store256(x + i, _mm256_and_si256(lane_mask8(load_bits32(bits + i / 8)), one));
  }
  scalar::unpack_bools(bits + body / 8, n - body, x + body);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
