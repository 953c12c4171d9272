#include "bits.h"
#include "float_bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

namespace {

template <class T>
void multiply_bits(const T* dy, const std::uint8_t* bits, std::size_t n, T* dx) {
  for (std::size_t i = 0; i < n; ++i) {
    dx[i] = static_cast<T>(times_bit<T>(static_cast<std::uint16_t>(dy[i]), bit_at(bits, i)));
  }
}

}  // namespace

template <class T>
void multiply(const T* dy, const std::uint8_t* bits, std::size_t n, T* dx) {
  for (std::size_t i = 0; i < n; ++i) dx[i] = dy[i] * static_cast<T>(bit_at(bits, i));
}

template <>
void multiply(const Float16* dy, const std::uint8_t* bits, std::size_t n, Float16* dx) {
  multiply_bits(dy, bits, n, dx);
}

template <>
void multiply(const Bfloat16* dy, const std::uint8_t* bits, std::size_t n, Bfloat16* dx) {
  multiply_bits(dy, bits, n, dx);
}

template void multiply(const float*, const std::uint8_t*, std::size_t, float*);
template void multiply(const double*, const std::uint8_t*, std::size_t, double*);

}  // namespace bitgraph::scalar
