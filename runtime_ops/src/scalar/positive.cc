#include "bits.h"
#include "float_bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

template <class T>
void positive(const T* x, std::size_t n, std::uint8_t* bits) {
  write_bits(n, bits, [x](std::size_t i) { return x[i] > T{0}; });
}

// On the bits: above +0 and not above +infinity.
template <>
void positive(const Float16* x, std::size_t n, std::uint8_t* bits) {
  write_bits(n, bits, [x](std::size_t i) {
    const auto word = static_cast<std::uint16_t>(x[i]);
    return word != 0 && word <= FloatBits<Float16>::infinity;
  });
}

template <>
void positive(const Bfloat16* x, std::size_t n, std::uint8_t* bits) {
  write_bits(n, bits, [x](std::size_t i) {
    const auto word = static_cast<std::uint16_t>(x[i]);
    return word != 0 && word <= FloatBits<Bfloat16>::infinity;
  });
}

template void positive(const float*, std::size_t, std::uint8_t*);
template void positive(const double*, std::size_t, std::uint8_t*);

}  // namespace bitgraph::scalar
