#include <cstring>

#include "neon/kernels.h"
#include "neon/moves.h"
#include "scalar/kernels.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

namespace {

// 32 elements: their bits, and the non-zero ones to `out`, which has room for 32. Returns how many.
template <class U>
inline std::size_t pack32(const U* x, std::uint8_t* bits, U* out) {
  const std::uint32_t m = bits_where(x, nonzero_lanes<U>);
  const RunningCounts counts(m);
  store_bits32(bits, m);
  move8(x, lanes_of(kGather, m, 0), out);
  move8(x + 8, lanes_of(kGather, m, 1), out + counts.to(0));
  move8(x + 16, lanes_of(kGather, m, 2), out + counts.to(1));
  move8(x + 24, lanes_of(kGather, m, 3), out + counts.to(2));
  return counts.to(3);
}

}  // namespace

// A step stores 32 values, of which the next step overwrites those that were too many. Where fewer than 32
// are still to come, the steps store into a small buffer, so that nothing is written past the values.
template <class U>
void pack(const U* x, std::size_t n, std::uint8_t* bits, U* values, std::size_t count) {
  const std::size_t body = n - n % 32;
  std::size_t at = 0, i = 0;
  for (; i < body && at + 32 <= count; i += 32) at += pack32(x + i, bits + i / 8, values + at);
  U rest[64];
  const std::size_t left = count - at;
  std::size_t held = 0;
  for (; i < body; i += 32) {
    held += pack32(x + i, bits + i / 8, rest + held);
    if (held > left) held = left;
  }
  if (held != 0) std::memcpy(values + at, rest, held * sizeof(U));
  scalar::pack(x + body, n - body, bits + body / 8, values + at + held, left - held);
}

template void pack(const std::uint8_t*, std::size_t, std::uint8_t*, std::uint8_t*, std::size_t);
template void pack(const std::uint16_t*, std::size_t, std::uint8_t*, std::uint16_t*, std::size_t);
template void pack(const std::uint32_t*, std::size_t, std::uint8_t*, std::uint32_t*, std::size_t);
template void pack(const std::uint64_t*, std::size_t, std::uint8_t*, std::uint64_t*, std::size_t);

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
