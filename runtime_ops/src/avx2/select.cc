#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

template <>
BITGRAPH_AVX2 void select(const std::uint8_t* dy, const std::uint8_t* bits, std::size_t n, std::uint8_t* dx) {
  const std::size_t body = n - n % 32;
  for (std::size_t i = 0; i < body; i += 32) {
    store256(dx + i, _mm256_and_si256(load256(dy + i), lane_mask8(load_bits32(bits + i / 8))));
  }
  scalar::select(dy + body, bits + body / 8, n - body, dx + body);
}

template <>
BITGRAPH_AVX2 void select(const std::uint16_t* dy, const std::uint8_t* bits, std::size_t n,
                          std::uint16_t* dx) {
  const std::size_t body = n - n % 16;
  for (std::size_t i = 0; i < body; i += 16) {
    store256(dx + i, _mm256_and_si256(load256(dy + i), lane_mask16(load_bits16(bits + i / 8))));
  }
  scalar::select(dy + body, bits + body / 8, n - body, dx + body);
}

template <>
BITGRAPH_AVX2 void select(const std::uint32_t* dy, const std::uint8_t* bits, std::size_t n,
                          std::uint32_t* dx) {
  const std::size_t body = n - n % 8;
  for (std::size_t i = 0; i < body; i += 8) {
    store256(dx + i, _mm256_and_si256(load256(dy + i), lane_mask32(bits[i / 8])));
  }
  scalar::select(dy + body, bits + body / 8, n - body, dx + body);
}

template <>
BITGRAPH_AVX2 void select(const std::uint64_t* dy, const std::uint8_t* bits, std::size_t n,
                          std::uint64_t* dx) {
  const std::size_t body = n - n % 8;
  for (std::size_t i = 0; i < body; i += 8) {
    const unsigned m = bits[i / 8];
    const __m256i low = _mm256_and_si256(load256(dy + i), lane_mask64(m));
    const __m256i high = _mm256_and_si256(load256(dy + i + 4), lane_mask64(m >> 4));
    store256(dx + i, low);
    store256(dx + i + 4, high);
  }
  scalar::select(dy + body, bits + body / 8, n - body, dx + body);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
