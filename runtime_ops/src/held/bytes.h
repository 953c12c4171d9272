// Little-endian numbers in a blob.
#pragma once

#include <cstdint>

namespace bitgraph {

inline std::uint64_t load_u64(const std::uint8_t* p) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value |= static_cast<std::uint64_t>(p[i]) << (8 * i);
  return value;
}

inline void store_u64(std::uint8_t* p, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) p[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

inline bool all_zero(const std::uint8_t* begin, const std::uint8_t* end) {
  for (; begin != end; ++begin) {
    if (*begin != 0) return false;
  }
  return true;
}

}  // namespace bitgraph
