#include "scalar/kernels.h"

namespace bitgraph::scalar {

std::size_t popcount(const std::uint8_t* bits, std::size_t bytes) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    for (unsigned rest = bits[i]; rest != 0; rest &= rest - 1) ++count;
  }
  return count;
}

}  // namespace bitgraph::scalar
