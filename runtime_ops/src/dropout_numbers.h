// Arithmetic modulo 2^31 - 1.
#pragma once

#include <cstdint>

namespace bitgraph {

constexpr std::uint32_t kModulus = 0x7FFFFFFFu, kMultiplier = 16807;

constexpr std::uint32_t times(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>(std::uint64_t{a} * b % kModulus);
}

constexpr std::uint32_t power(std::uint32_t base, std::uint64_t exponent) {
  std::uint32_t result = 1;
  for (; exponent != 0; exponent /= 2, base = times(base, base)) {
    if (exponent % 2 != 0) result = times(result, base);
  }
  return result;
}

}  // namespace bitgraph
