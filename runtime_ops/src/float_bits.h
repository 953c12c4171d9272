// The 16-bit floats as bits: sign, magnitude, and the rules that follow from them.
#pragma once

#include <cstdint>
#include <limits>

#include "bitgraph/dtypes.h"

namespace bitgraph {

// Infinity's bits: a magnitude above it is a NaN. quiet is the bit that makes a NaN a quiet one.
template <class T>
struct FloatBits;
template <>
struct FloatBits<Float16> {
  static constexpr std::uint16_t infinity = 0x7C00, quiet = 0x0200;
};
template <>
struct FloatBits<Bfloat16> {
  static constexpr std::uint16_t infinity = 0x7F80, quiet = 0x0040;
};

constexpr std::uint16_t magnitude(std::uint16_t bits) { return static_cast<std::uint16_t>(bits & 0x7FFF); }

// Integers in the order of the numbers: -0 and +0 are both 0. Not for NaN.
constexpr std::int16_t order_key(std::uint16_t bits) {
  const int key = (bits & 0x8000) != 0 ? -static_cast<int>(magnitude(bits)) : static_cast<int>(bits);
  return static_cast<std::int16_t>(key);
}

// The bounds of `within` as order keys; a NaN bound gives a range that holds nothing.
struct KeyRange {
  std::int16_t low, high;
};
template <class T>
constexpr KeyRange key_range(T low, T high) {
  const auto a = static_cast<std::uint16_t>(low), b = static_cast<std::uint16_t>(high);
  if (magnitude(a) > FloatBits<T>::infinity || magnitude(b) > FloatBits<T>::infinity) return {1, 0};
  return {order_key(a), order_key(b)};
}

// The product of x and 1 or 0 as binary32 arithmetic gives it, rounded back: exact but for NaN, which turns
// quiet, and infinity * 0, which is the processor's own NaN (its sign bit is set on x86, clear on ARM).
template <class T>
constexpr std::uint16_t times_bit(std::uint16_t x, bool bit) {
  using Bits = FloatBits<T>;
#if defined(__aarch64__) || defined(_M_ARM64)
  constexpr unsigned kInvalid = Bits::infinity | Bits::quiet;
#else
  constexpr unsigned kInvalid = 0x8000u | Bits::infinity | Bits::quiet;
#endif
  if (magnitude(x) > Bits::infinity) return static_cast<std::uint16_t>(x | Bits::quiet);
  if (bit) return x;
  if (magnitude(x) == Bits::infinity) return static_cast<std::uint16_t>(kInvalid);
  return static_cast<std::uint16_t>(x & 0x8000);
}

// What stands for an absent bound: every number is within [-infinity, infinity], NaN is not.
template <class T>
constexpr T infinity_of(bool negative) {
  if constexpr (std::numeric_limits<T>::is_specialized) {
    constexpr T kInfinity = std::numeric_limits<T>::infinity();
    return negative ? -kInfinity : kInfinity;
  } else {
    const unsigned sign = negative ? 0x8000u : 0u;
    return static_cast<T>(FloatBits<T>::infinity | sign);
  }
}

}  // namespace bitgraph
