#include "scalar/kernels.h"

namespace bitgraph::scalar {

template <class U>
std::size_t count_nonzero(const U* x, std::size_t n) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i) count += x[i] != 0;
  return count;
}

template std::size_t count_nonzero(const std::uint8_t*, std::size_t);
template std::size_t count_nonzero(const std::uint16_t*, std::size_t);
template std::size_t count_nonzero(const std::uint32_t*, std::size_t);
template std::size_t count_nonzero(const std::uint64_t*, std::size_t);

}  // namespace bitgraph::scalar
