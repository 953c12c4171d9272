#include "bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

template <class U>
void select(const U* dy, const std::uint8_t* bits, std::size_t n, U* dx) {
  for (std::size_t i = 0; i < n; ++i) dx[i] = bit_at(bits, i) ? dy[i] : U{0};
}

template void select(const std::uint8_t*, const std::uint8_t*, std::size_t, std::uint8_t*);
template void select(const std::uint16_t*, const std::uint8_t*, std::size_t, std::uint16_t*);
template void select(const std::uint32_t*, const std::uint8_t*, std::size_t, std::uint32_t*);
template void select(const std::uint64_t*, const std::uint8_t*, std::size_t, std::uint64_t*);

}  // namespace bitgraph::scalar
