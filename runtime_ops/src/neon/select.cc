#include "neon/kernels.h"
#include "neon/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

template <class U>
void select(const U* dy, const std::uint8_t* bits, std::size_t n, U* dx) {
  constexpr std::size_t kLanes = 16 / sizeof(U);
  const std::size_t body = n - n % 16;
  for (std::size_t i = 0; i < body; i += 16) {
    const unsigned m = load_bits16(bits + i / 8);
    for (std::size_t lane = 0; lane < 16; lane += kLanes) {
      store128(dx + i + lane, vandq_u8(load128(dy + i + lane), lane_mask<U>(m >> lane)));
    }
  }
  scalar::select(dy + body, bits + body / 8, n - body, dx + body);
}

template void select(const std::uint8_t*, const std::uint8_t*, std::size_t, std::uint8_t*);
template void select(const std::uint16_t*, const std::uint8_t*, std::size_t, std::uint16_t*);
template void select(const std::uint32_t*, const std::uint8_t*, std::size_t, std::uint32_t*);
template void select(const std::uint64_t*, const std::uint8_t*, std::size_t, std::uint64_t*);

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
