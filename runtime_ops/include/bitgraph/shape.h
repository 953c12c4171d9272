// The dimensions of a tensor, in place.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitgraph {

constexpr std::size_t kMaxRank = 8;

// More elements than any machine can hold; below it no size of a held form overflows 64 bits.
constexpr std::uint64_t kMaxCount = std::uint64_t{1} << 56;

struct Shape {
  std::size_t rank = 0;
  std::uint64_t dims[kMaxRank] = {};
  std::uint64_t count = 1;  // Product of the dims.
};

// Sets count; false when the product of the dims that are not 0 is above kMaxCount.
inline bool set_count(Shape& shape) {
  bool empty = false;
  shape.count = 1;
  for (std::size_t i = 0; i < shape.rank; ++i) {
    const std::uint64_t dim = shape.dims[i];
    if (dim > kMaxCount / shape.count) return false;
    if (dim == 0) empty = true;
    if (dim != 0) shape.count *= dim;
  }
  if (empty) shape.count = 0;
  return true;
}

inline bool same_dims(const Shape& a, const Shape& b) {
  if (a.rank != b.rank) return false;
  for (std::size_t i = 0; i < a.rank; ++i) {
    if (a.dims[i] != b.dims[i]) return false;
  }
  return true;
}

}  // namespace bitgraph
