#include "avx512/kernels.h"
#include "avx512/lanes.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

template <class U>
BITGRAPH_AVX512 void select(const U* dy, const std::uint8_t* bits, std::size_t n, U* dx) {
  const std::size_t body = n - n % kLanes<U>;
  for (std::size_t i = 0; i < body; i += kLanes<U>) {
    store512(dx + i, keep(load_bits<U>(bits + i / 8), load512(dy + i)));
  }
  if (body == n) return;
  const Mask<U> m = load_bits<U>(bits + body / 8, n - body);
  store(dx + body, first<U>(n - body), load(m, dy + body));
}

template void select(const std::uint8_t*, const std::uint8_t*, std::size_t, std::uint8_t*);
template void select(const std::uint16_t*, const std::uint8_t*, std::size_t, std::uint16_t*);
template void select(const std::uint32_t*, const std::uint8_t*, std::size_t, std::uint32_t*);
template void select(const std::uint64_t*, const std::uint8_t*, std::size_t, std::uint64_t*);

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
