#include "bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

template <class U>
void pack(const U* x, std::size_t n, std::uint8_t* bits, U* values, std::size_t count) {
  write_bits(n, bits, [x](std::size_t i) { return x[i] != 0; });
  std::size_t at = 0;
  for (std::size_t i = 0; i < n && at < count; ++i) {
    if (x[i] != 0) values[at++] = x[i];
  }
}

template void pack(const std::uint8_t*, std::size_t, std::uint8_t*, std::uint8_t*, std::size_t);
template void pack(const std::uint16_t*, std::size_t, std::uint8_t*, std::uint16_t*, std::size_t);
template void pack(const std::uint32_t*, std::size_t, std::uint8_t*, std::uint32_t*, std::size_t);
template void pack(const std::uint64_t*, std::size_t, std::uint8_t*, std::uint64_t*, std::size_t);

}  // namespace bitgraph::scalar
