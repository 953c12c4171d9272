#include "elements.h"

namespace bitgraph {

void multiply(const float* x, float factor, std::size_t n, float* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = x[i] * factor;
}

void multiply(const float* x, const float* factor, std::size_t n, float* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = x[i] * factor[i];
}

template <class U>
void drop_signs_of_zeros(U* values, std::size_t n) {
  constexpr U kMinusZero = static_cast<U>(U{1} << (8 * sizeof(U) - 1));
  for (std::size_t i = 0; i < n; ++i) values[i] = values[i] == kMinusZero ? U{0} : values[i];
}

template void drop_signs_of_zeros(std::uint8_t*, std::size_t);
template void drop_signs_of_zeros(std::uint16_t*, std::size_t);
template void drop_signs_of_zeros(std::uint32_t*, std::size_t);
template void drop_signs_of_zeros(std::uint64_t*, std::size_t);

}  // namespace bitgraph
