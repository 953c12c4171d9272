#include "avx512/kernels.h"
#include "avx512/lanes.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

template <class U>
BITGRAPH_AVX512 inline std::size_t count_line(const U* x) {
  return set_in(nonzero<U>(load512(x)));
}

}  // namespace

// The elements are read in four places at once: more than one stream is fetched ahead, which a single one's
// limit of outstanding lines does not allow.
template <class U>
BITGRAPH_AVX512 std::size_t count_nonzero(const U* x, std::size_t n) {
  const std::size_t quarter = n / 4 - n / 4 % kLanes<U>;
  std::size_t count = 0;
  for (std::size_t i = 0; i < quarter; i += kLanes<U>) {
    const U* at = x + i;
    const std::size_t a = count_line(at) + count_line(at + quarter);
    const std::size_t b = count_line(at + 2 * quarter) + count_line(at + 3 * quarter);
    count += a + b;
  }
  std::size_t i = 4 * quarter;
  for (; i + kLanes<U> <= n; i += kLanes<U>) count += count_line(x + i);
  return count + set_in(nonzero<U>(load(first<U>(n - i), x + i)));
}

template std::size_t count_nonzero(const std::uint8_t*, std::size_t);
template std::size_t count_nonzero(const std::uint16_t*, std::size_t);
template std::size_t count_nonzero(const std::uint32_t*, std::size_t);
template std::size_t count_nonzero(const std::uint64_t*, std::size_t);

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
