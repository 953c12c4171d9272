#include "avx512/kernels.h"
#include "avx512/lanes.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

// One stream from memory: on Zen 4 two to sixteen at once were no faster, asking for lines ahead slower.
template <class U>
BITGRAPH_AVX512 std::size_t count_nonzero(const U* x, std::size_t n) {
  const std::size_t body = n - n % kLanes<U>;
  std::size_t count = 0;
  for (std::size_t i = 0; i < body; i += kLanes<U>) count += set_in(nonzero<U>(load512(x + i)));
  return count + set_in(nonzero<U>(load(first<U>(n - body), x + body)));
}

template std::size_t count_nonzero(const std::uint8_t*, std::size_t);
template std::size_t count_nonzero(const std::uint16_t*, std::size_t);
template std::size_t count_nonzero(const std::uint32_t*, std::size_t);
template std::size_t count_nonzero(const std::uint64_t*, std::size_t);

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
