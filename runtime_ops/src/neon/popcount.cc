#include "neon/kernels.h"
#include "neon/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

// A byte counts at most 8 bits, so four counts fit in one.
std::size_t popcount(const std::uint8_t* bits, std::size_t bytes) {
  const std::size_t body = bytes - bytes % 64;
  uint64x2_t counts = vdupq_n_u64(0);
  for (std::size_t i = 0; i < body; i += 64) {
    const std::uint8_t* at = bits + i;
    const uint8x16_t a = vaddq_u8(vcntq_u8(load128(at)), vcntq_u8(load128(at + 16)));
    const uint8x16_t b = vaddq_u8(vcntq_u8(load128(at + 32)), vcntq_u8(load128(at + 48)));
    counts = vpadalq_u32(counts, vpaddlq_u16(vpaddlq_u8(vaddq_u8(a, b))));
  }
  return vaddvq_u64(counts) + scalar::popcount(bits + body, bytes - body);
}

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
