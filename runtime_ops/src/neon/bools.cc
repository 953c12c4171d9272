#include "neon/kernels.h"
#include "neon/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

void pack_bools(const std::uint8_t* x, std::size_t n, std::uint8_t* bits) {
  const std::size_t body = write_bits32(x, n, bits, nonzero_lanes<std::uint8_t>);
  scalar::pack_bools(x + body, n - body, bits + body / 8);
}

void unpack_bools(const std::uint8_t* bits, std::size_t n, std::uint8_t* x) {
  const std::size_t body = n - n % 16;
  const uint8x16_t one = vdupq_n_u8(1);
  for (std::size_t i = 0; i < body; i += 16) {
    store128(x + i, vandq_u8(lane_mask<std::uint8_t>(load_bits16(bits + i / 8)), one));
  }
  scalar::unpack_bools(bits + body / 8, n - body, x + body);
}

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
