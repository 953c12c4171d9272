#include "neon/kernels.h"
#include "neon/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

namespace {

// Minus one in each byte of an element that is not zero.
template <class U>
inline uint8x16_t nonzero_bytes(const U* x) {
  if constexpr (sizeof(U) == 1) return nonzero_lanes(x);
  if constexpr (sizeof(U) == 2) return vreinterpretq_u8_u16(nonzero_lanes(x));
  if constexpr (sizeof(U) == 4) return vreinterpretq_u8_u32(nonzero_lanes(x));
  if constexpr (sizeof(U) == 8) return vreinterpretq_u8_u64(nonzero_lanes(x));
}

}  // namespace

// Each non-zero element adds sizeof(U) to a byte-wise count, and the bytes are summed before one can
// overflow.
template <class U>
std::size_t count_nonzero(const U* x, std::size_t n) {
  constexpr std::size_t kLanes = 16 / sizeof(U), kStep = 4 * kLanes, kRound = 63 * kStep;
  const std::size_t body = n - n % kStep;
  std::size_t bytes = 0;
  for (std::size_t begin = 0; begin < body; begin += kRound) {
    const std::size_t end = body - begin < kRound ? body : begin + kRound;
    uint8x16_t counts = vdupq_n_u8(0);
    for (std::size_t i = begin; i < end; i += kStep) {
      const uint8x16_t a = vaddq_u8(nonzero_bytes(x + i), nonzero_bytes(x + i + kLanes));
      const uint8x16_t b = vaddq_u8(nonzero_bytes(x + i + 2 * kLanes), nonzero_bytes(x + i + 3 * kLanes));
      counts = vsubq_u8(counts, vaddq_u8(a, b));
    }
    bytes += vaddlvq_u8(counts);
  }
  return bytes / sizeof(U) + scalar::count_nonzero(x + body, n - body);
}

template std::size_t count_nonzero(const std::uint8_t*, std::size_t);
template std::size_t count_nonzero(const std::uint16_t*, std::size_t);
template std::size_t count_nonzero(const std::uint32_t*, std::size_t);
template std::size_t count_nonzero(const std::uint64_t*, std::size_t);

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
