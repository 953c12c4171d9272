#include "avx512/kernels.h"
#include "avx512/lanes.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

// A step reads a whole line of values. Where fewer are left only those are read: nothing is read past the
// values.
template <class U>
BITGRAPH_AVX512 void unpack(const std::uint8_t* bits, std::size_t n, const U* values, std::size_t count,
                            U* x) {
  std::size_t at = 0, i = 0;
  for (; i + kLanes<U> <= n && at + kLanes<U> <= count; i += kLanes<U>) {
    const Mask<U> m = load_bits<U>(bits + i / 8);
    store512(x + i, expand(m, load512(values + at)));
    at += set_in(m);
  }
  for (; i < n; i += kLanes<U>) {
    const std::size_t lanes = n - i < kLanes<U> ? n - i : kLanes<U>;
    const std::size_t left = count - at < kLanes<U> ? count - at : kLanes<U>;
    const Mask<U> m = load_bits<U>(bits + i / 8, lanes);
    store(x + i, first<U>(lanes), expand(m, load(first<U>(left), values + at)));
    at += set_in(m) < left ? set_in(m) : left;
  }
}

template void unpack(const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t, std::uint8_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint16_t*, std::size_t, std::uint16_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint32_t*, std::size_t, std::uint32_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint64_t*, std::size_t, std::uint64_t*);

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
