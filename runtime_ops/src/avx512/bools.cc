#include "avx512/kernels.h"
#include "avx512/lanes.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

BITGRAPH_AVX512 void pack_bools(const std::uint8_t* x, std::size_t n, std::uint8_t* bits) {
  const std::size_t body = n - n % 64;
  for (std::size_t i = 0; i < body; i += 64) {
    store_bits(bits + i / 8, nonzero<std::uint8_t>(load512(x + i)));
  }
  if (body == n) return;
  const __m512i rest = load(first<std::uint8_t>(n - body), x + body);
  store_bits<std::uint8_t>(bits + body / 8, nonzero<std::uint8_t>(rest), n - body);
}

BITGRAPH_AVX512 void unpack_bools(const std::uint8_t* bits, std::size_t n, std::uint8_t* x) {
  const std::size_t body = n - n % 64;
  const __m512i one = _mm512_set1_epi8(1);
  for (std::size_t i = 0; i < body; i += 64) {
    store512(x + i, keep(load_bits<std::uint8_t>(bits + i / 8), one));
  }
  if (body == n) return;
  const __m512i rest = keep(load_bits<std::uint8_t>(bits + body / 8, n - body), one);
  store(x + body, first<std::uint8_t>(n - body), rest);
}

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
