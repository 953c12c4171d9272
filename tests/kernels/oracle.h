// Slow and obvious meanings of the kernels, written apart from the scalar ones.
#pragma once

#include <cstdint>
#include <vector>

namespace bitgraph::test {

using Bytes = std::vector<std::uint8_t>;

inline Bytes bit_string(const std::vector<bool>& bits) {
  Bytes bytes((bits.size() + 7) / 8, 0);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (bits[i]) bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | (1u << (i % 8)));
  }
  return bytes;
}

template <class T>
std::vector<bool> nonzero(const T* x, std::size_t n) {
  std::vector<bool> bits(n);
  for (std::size_t i = 0; i < n; ++i) bits[i] = x[i] != 0;
  return bits;
}

template <class T>
std::vector<T> kept(const T* x, std::size_t n) {
  std::vector<T> values;
  for (std::size_t i = 0; i < n; ++i) {
    if (x[i] != 0) values.push_back(x[i]);
  }
  return values;
}

template <class T>
bool same(const T* a, const T* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

}  // namespace bitgraph::test
