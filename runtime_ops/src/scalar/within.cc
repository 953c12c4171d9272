#include "bits.h"
#include "float_bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

namespace {

template <class T>
void within_keys(const T* x, std::size_t n, KeyRange range, std::uint8_t* bits) {
  write_bits(n, bits, [x, range](std::size_t i) {
    const auto word = static_cast<std::uint16_t>(x[i]);
    const std::int16_t key = order_key(word);
    return magnitude(word) <= FloatBits<T>::infinity && key >= range.low && key <= range.high;
  });
}

}  // namespace

template <class T>
void within(const T* x, std::size_t n, T low, T high, std::uint8_t* bits) {
  write_bits(n, bits, [=](std::size_t i) { return x[i] >= low && x[i] <= high; });
}

template <>
void within(const Float16* x, std::size_t n, Float16 low, Float16 high, std::uint8_t* bits) {
  within_keys(x, n, key_range(low, high), bits);
}

template <>
void within(const Bfloat16* x, std::size_t n, Bfloat16 low, Bfloat16 high, std::uint8_t* bits) {
  within_keys(x, n, key_range(low, high), bits);
}

template void within(const float*, std::size_t, float, float, std::uint8_t*);
template void within(const double*, std::size_t, double, double, std::uint8_t*);

}  // namespace bitgraph::scalar
