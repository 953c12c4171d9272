#include <cstring>

#include "bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

std::size_t relu(const float* x, std::size_t n, float* y, std::uint8_t* bits) {
  std::size_t nonzeros = 0;
  write_bits(n, bits, [=, &nonzeros](std::size_t i) {
    y[i] = x[i] < 0.0f ? 0.0f : x[i];
    std::uint32_t word;
    std::memcpy(&word, y + i, sizeof word);
    nonzeros += word != 0;
    return y[i] > 0.0f;
  });
  return nonzeros;
}

}  // namespace bitgraph::scalar
