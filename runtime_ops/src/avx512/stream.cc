#include "avx512/kernels.h"
#include "avx512/lanes.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

// Whole cache lines are written without being read first, which an ordinary store does. The fence makes them
// visible before whatever this thread writes next: such stores are not ordered otherwise.
BITGRAPH_AVX512 void stream(const std::uint8_t* x, std::size_t bytes, std::uint8_t* out) {
  const std::size_t to_line = (64 - reinterpret_cast<std::uintptr_t>(out) % 64) % 64;
  const std::size_t head = to_line < bytes ? to_line : bytes;
  const __mmask64 before = first<std::uint8_t>(head);
  store(out, before, load(before, x));
  const std::size_t end = head + (bytes - head) / 64 * 64;
  for (std::size_t i = head; i < end; i += 64) {
    stream512(out + i, load512(x + i));
  }
  _mm_sfence();
  const __mmask64 after = first<std::uint8_t>(bytes - end);
  store(out + end, after, load(after, x + end));
}

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
