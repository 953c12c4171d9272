#include "avx2/kernels.h"
#include "avx2/lanes.h"

#if BITGRAPH_X86_64

#include <cstring>

namespace bitgraph::avx2 {

BITGRAPH_AVX2 std::size_t popcount(const std::uint8_t* bits, std::size_t bytes) {
  std::size_t count = 0, i = 0;
  for (; i + 8 <= bytes; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, bits + i, sizeof word);
    count += static_cast<std::size_t>(_mm_popcnt_u64(word));
  }
  for (; i < bytes; ++i) count += popcount32(bits[i]);
  return count;
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
