#include "avx512/kernels.h"
#include "avx512/lanes.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

// 64 elements from a word of bits and the values that follow, of which 64 are read. Returns how many were
// taken.
template <bool streamed, class U>
BITGRAPH_AVX512 inline std::size_t unpack64(const std::uint8_t* bits, const U* values, U* x) {
  constexpr std::size_t kLines = 64 / kLanes<U>;
  const std::uint64_t word = load_bits<std::uint8_t>(bits);
  for (std::size_t i = 0; i < kLines; ++i) {
    const std::size_t before = set_in(word & first<std::uint8_t>(i * kLanes<U>));
    const auto m = static_cast<Mask<U>>(word >> (i * kLanes<U>));
    const __m512i line = expand(m, load512(values + before));
    streamed ? stream512(x + i * kLanes<U>, line) : store512(x + i * kLanes<U>, line);
  }
  return set_in(word);
}

// A step reads 64 values. Where fewer are left, a line at a time reads only those: nothing is read past the
// values.
template <bool streamed, class U>
BITGRAPH_AVX512 inline void unpack_lines(const std::uint8_t* bits, std::size_t n, const U* values,
                                         std::size_t count, U* x) {
  std::size_t at = 0, i = 0;
  for (; i + 64 <= n && at + 64 <= count; i += 64) at += unpack64<streamed>(bits + i / 8, values + at, x + i);
  for (; i < n; i += kLanes<U>) {
    const std::size_t lanes = n - i < kLanes<U> ? n - i : kLanes<U>;
    const std::size_t left = count - at < kLanes<U> ? count - at : kLanes<U>;
    const Mask<U> m = load_bits<U>(bits + i / 8, lanes);
    store(x + i, first<U>(lanes), expand(m, load(first<U>(left), values + at)));
    at += set_in(m) < left ? set_in(m) : left;
  }
}

}  // namespace

template <class U>
BITGRAPH_AVX512 void unpack(const std::uint8_t* bits, std::size_t n, const U* values, std::size_t count,
                            U* x) {
  unpack_lines<false>(bits, n, values, count, x);
}

// The fence as in stream: such stores are not ordered otherwise.
template <class U>
BITGRAPH_AVX512 void unpack_streamed(const std::uint8_t* bits, std::size_t n, const U* values,
                                     std::size_t count, U* x) {
  if (reinterpret_cast<std::uintptr_t>(x) % 64 != 0) return unpack(bits, n, values, count, x);
  unpack_lines<true>(bits, n, values, count, x);
  _mm_sfence();
}

template void unpack(const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t, std::uint8_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint16_t*, std::size_t, std::uint16_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint32_t*, std::size_t, std::uint32_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint64_t*, std::size_t, std::uint64_t*);
template void unpack_streamed(const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t,
                              std::uint8_t*);
template void unpack_streamed(const std::uint8_t*, std::size_t, const std::uint16_t*, std::size_t,
                              std::uint16_t*);
template void unpack_streamed(const std::uint8_t*, std::size_t, const std::uint32_t*, std::size_t,
                              std::uint32_t*);
template void unpack_streamed(const std::uint8_t*, std::size_t, const std::uint64_t*, std::size_t,
                              std::uint64_t*);

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
