#include <cstring>

#include "scalar/kernels.h"

namespace bitgraph::scalar {

void stream(const std::uint8_t* x, std::size_t bytes, std::uint8_t* out) {
  if (bytes != 0) std::memcpy(out, x, bytes);
}

}  // namespace bitgraph::scalar
