// Bit strings: element i is byte i / 8, bit i % 8, least significant first.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitgraph {

constexpr std::size_t bytes_for_bits(std::size_t n) { return n / 8 + (n % 8 != 0); }

inline bool bit_at(const std::uint8_t* bits, std::size_t i) { return (bits[i / 8] >> (i % 8) & 1) != 0; }

// Writes the bits of `holds(i)` for i in [0, n), a byte at a time; the padding bits are zero.
template <class Predicate>
inline void write_bits(std::size_t n, std::uint8_t* bits, Predicate holds) {
  for (std::size_t byte = 0; byte < bytes_for_bits(n); ++byte) {
    const std::size_t end = n - byte * 8 < 8 ? n - byte * 8 : 8;
    unsigned word = 0;
    for (std::size_t lane = 0; lane < end; ++lane) {
      word |= static_cast<unsigned>(holds(byte * 8 + lane)) << lane;
    }
    bits[byte] = static_cast<std::uint8_t>(word);
  }
}

}  // namespace bitgraph
