#include <cstring>

#include "neon/kernels.h"
#include "neon/moves.h"
#include "scalar/kernels.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

namespace {

// 32 elements from four bytes of bits; 32 values are read. Returns how many were taken.
template <class U>
inline std::size_t unpack32(const std::uint8_t* bits, const U* values, U* x) {
  const std::uint32_t m = load_bits32(bits);
  const RunningCounts counts(m);
  move8(values, lanes_of(kScatter, m, 0), x);
  move8(values + counts.to(0), lanes_of(kScatter, m, 1), x + 8);
  move8(values + counts.to(1), lanes_of(kScatter, m, 2), x + 16);
  move8(values + counts.to(2), lanes_of(kScatter, m, 3), x + 24);
  return counts.to(3);
}

}  // namespace

// A step reads 32 values. Where fewer are left they are read from a small padded buffer, so that nothing is
// read past the values.
template <class U>
void unpack(const std::uint8_t* bits, std::size_t n, const U* values, std::size_t count, U* x) {
  const std::size_t body = n - n % 32;
  std::size_t at = 0, i = 0;
  for (; i < body && at + 32 <= count; i += 32) at += unpack32(bits + i / 8, values + at, x + i);
  U rest[64] = {};
  const std::size_t left = count - at < 32 ? count - at : 32;
  if (left != 0) std::memcpy(rest, values + at, left * sizeof(U));
  std::size_t used = 0;
  for (; i < body; i += 32) {
    used += unpack32(bits + i / 8, rest + used, x + i);
    if (used > left) used = left;
  }
  scalar::unpack(bits + body / 8, n - body, values + at + used, count - at - used, x + body);
}

template void unpack(const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t, std::uint8_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint16_t*, std::size_t, std::uint16_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint32_t*, std::size_t, std::uint32_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint64_t*, std::size_t, std::uint64_t*);

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
