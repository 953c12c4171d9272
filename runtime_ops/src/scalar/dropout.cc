#include "bits.h"
#include "dropout_numbers.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

void draw(std::uint32_t number, std::size_t n, std::uint32_t smallest, std::uint8_t* bits) {
  for (std::size_t i = 0; i < n; i += 8) {
    std::uint8_t byte = 0;
    for (std::size_t bit = 0; bit < 8 && i + bit < n; ++bit, number = times(kMultiplier, number)) {
      byte = static_cast<std::uint8_t>(byte | (number >= smallest ? 1u << bit : 0u));
    }
    bits[i / 8] = byte;
  }
}

void drop(const float* x, const std::uint8_t* bits, std::size_t n, float kept, float* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = x[i] * static_cast<float>(bit_at(bits, i)) / kept;
}

}  // namespace bitgraph::scalar
