#include "avx512/kernels.h"
#include "avx512/lanes.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

// A step stores a whole line of values, of which the next step overwrites those that were too many. Where
// fewer are still to come, only those are stored, so that nothing is written past the values.
template <class U>
BITGRAPH_AVX512 void pack(const U* x, std::size_t n, std::uint8_t* bits, U* values, std::size_t count) {
  std::size_t at = 0, i = 0;
  for (; i + kLanes<U> <= n && at + kLanes<U> <= count; i += kLanes<U>) {
    const __m512i line = load512(x + i);
    const Mask<U> m = nonzero<U>(line);
    store_bits(bits + i / 8, m);
    store512(values + at, compress(m, line));
    at += set_in(m);
  }
  for (; i < n; i += kLanes<U>) {
    const std::size_t lanes = n - i < kLanes<U> ? n - i : kLanes<U>;
    const __m512i line = load(first<U>(lanes), x + i);
    const Mask<U> m = nonzero<U>(line);
    store_bits<U>(bits + i / 8, m, lanes);
    const std::size_t kept = set_in(m) < count - at ? set_in(m) : count - at;
    store(values + at, first<U>(kept), compress(m, line));
    at += kept;
  }
}

template void pack(const std::uint8_t*, std::size_t, std::uint8_t*, std::uint8_t*, std::size_t);
template void pack(const std::uint16_t*, std::size_t, std::uint8_t*, std::uint16_t*, std::size_t);
template void pack(const std::uint32_t*, std::size_t, std::uint8_t*, std::uint32_t*, std::size_t);
template void pack(const std::uint64_t*, std::size_t, std::uint8_t*, std::uint64_t*, std::size_t);

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
