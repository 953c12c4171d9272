#include "avx512/kernels.h"
#include "avx512/lanes.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

// 64 elements: their bits as one word, and the non-zero ones to `out`, which has room for 64. Returns how
// many. (On Zen 4 a third faster than a line at a time.)
template <class U>
BITGRAPH_AVX512 inline std::size_t pack64(const U* x, std::uint8_t* bits, U* out) {
  constexpr std::size_t kLines = 64 / kLanes<U>;
  __m512i lines[kLines];
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < kLines; ++i) {
    lines[i] = load512(x + i * kLanes<U>);
    word |= static_cast<std::uint64_t>(nonzero<U>(lines[i])) << (i * kLanes<U>);
  }
  store_bits(bits, word);
  for (std::size_t i = 0; i < kLines; ++i) {
    const std::size_t before = set_in(word & first<std::uint8_t>(i * kLanes<U>));
    store512(out + before, compress(static_cast<Mask<U>>(word >> (i * kLanes<U>)), lines[i]));
  }
  return set_in(word);
}

}  // namespace

// A step stores 64 values, of which the next step overwrites those that were too many. Where fewer are still
// to come, a line at a time stores no more than its own, so that nothing is written past the values.
template <class U>
BITGRAPH_AVX512 void pack(const U* x, std::size_t n, std::uint8_t* bits, U* values, std::size_t count) {
  std::size_t at = 0, i = 0;
  for (; i + 64 <= n && at + 64 <= count; i += 64) at += pack64(x + i, bits + i / 8, values + at);
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
