// One element of the form `coded`: a float's bits, taken apart and put together again.
#pragma once

#include <cstdint>

#include "bitgraph/coded.h"

namespace bitgraph {

constexpr std::uint8_t exponent_of(std::uint32_t x) { return static_cast<std::uint8_t>(x >> 23); }

// Sign and the highest 7 bits of the mantissa.
constexpr std::uint8_t high_of(std::uint32_t x) {
  return static_cast<std::uint8_t>((x >> 24 & 0x80u) | (x >> 16 & 0x7Fu));
}

constexpr unsigned code_of(std::uint8_t exponent, std::uint8_t top) {
  const unsigned below = static_cast<std::uint8_t>(top - exponent);
  return below < kEscape ? below : kEscape;
}

constexpr std::uint32_t join(std::uint8_t exponent, std::uint8_t high, std::uint16_t low) {
  const std::uint32_t sign = high & 0x80u, mantissa = high & 0x7Fu;
  return sign << 24 | static_cast<std::uint32_t>(exponent) << 23 | mantissa << 16 | low;
}

}  // namespace bitgraph
