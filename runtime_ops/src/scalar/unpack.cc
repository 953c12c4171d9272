#include "bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

template <class U>
void unpack(const std::uint8_t* bits, std::size_t n, const U* values, std::size_t count, U* x) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = bit_at(bits, i) && at < count ? values[at++] : U{0};
  }
}

template void unpack(const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t, std::uint8_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint16_t*, std::size_t, std::uint16_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint32_t*, std::size_t, std::uint32_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint64_t*, std::size_t, std::uint64_t*);

}  // namespace bitgraph::scalar
