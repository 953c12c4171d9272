#include "bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

void pack_bools(const std::uint8_t* x, std::size_t n, std::uint8_t* bits) {
  write_bits(n, bits, [x](std::size_t i) { return x[i] != 0; });
}

void unpack_bools(const std::uint8_t* bits, std::size_t n, std::uint8_t* x) {
  for (std::size_t i = 0; i < n; ++i) x[i] = bit_at(bits, i) ? 1 : 0;
}

}  // namespace bitgraph::scalar
