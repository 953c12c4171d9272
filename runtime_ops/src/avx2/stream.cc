#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

// Whole cache lines are written without being read first, which an ordinary store does. The fence makes them
// visible before whatever this thread writes next: such stores are not ordered otherwise.
BITGRAPH_AVX2 void stream(const std::uint8_t* x, std::size_t bytes, std::uint8_t* out) {
  const std::size_t past_line = reinterpret_cast<std::uintptr_t>(out) % 64;
  const std::size_t to_line = past_line == 0 ? 0 : 64 - past_line;
  const std::size_t head = to_line < bytes ? to_line : bytes;
  scalar::stream(x, head, out);
  const std::size_t end = head + (bytes - head) / 64 * 64;
  for (std::size_t i = head; i < end; i += 64) {
    const __m256i first = load256(x + i), second = load256(x + i + 32);
    _mm256_stream_si256(reinterpret_cast<__m256i*>(out + i), first);
    _mm256_stream_si256(reinterpret_cast<__m256i*>(out + i + 32), second);
  }
  _mm_sfence();
  scalar::stream(x + end, bytes - end, out + end);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
