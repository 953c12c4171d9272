// What a 16-bit float means, as a double: written apart from the kernels' rules on bits.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "bitgraph/dtypes.h"

namespace bitgraph::test {

template <std::size_t width>
struct UnsignedOf;
template <>
struct UnsignedOf<2> {
  using Type = std::uint16_t;
};
template <>
struct UnsignedOf<4> {
  using Type = std::uint32_t;
};
template <>
struct UnsignedOf<8> {
  using Type = std::uint64_t;
};
template <class T>
using Bits = typename UnsignedOf<sizeof(T)>::Type;

template <class To, class From>
To bit_cast(From from) {
  static_assert(sizeof(To) == sizeof(From), "the same bits");
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

inline double number(float x) { return static_cast<double>(x); }
inline double number(double x) { return x; }
inline double number(Bfloat16 x) {
  return static_cast<double>(bit_cast<float>(static_cast<std::uint32_t>(x) << 16));
}
inline double number(Float16 x) {
  const auto bits = static_cast<unsigned>(x);
  const double sign = (bits & 0x8000u) != 0 ? -1 : 1;
  const int exponent = static_cast<int>(bits >> 10 & 31u);
  const double fraction = bits & 1023u;
  if (exponent == 31 && fraction != 0) return std::numeric_limits<double>::quiet_NaN();
  if (exponent == 31) return sign * std::numeric_limits<double>::infinity();
  return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}

// For the few numbers that the tests use as bounds, which all formats hold exactly.
template <class T>
T from_number(double x) {
  if constexpr (std::numeric_limits<T>::is_specialized) {
    return static_cast<T>(x);
  } else {
    if (std::isnan(x)) return static_cast<T>(0x7FFF);
    for (unsigned bits = 0; bits < 65536; ++bits) {
      const double candidate = number(static_cast<T>(bits));
      if (candidate == x && std::signbit(candidate) == std::signbit(x)) return static_cast<T>(bits);
    }
    return static_cast<T>(0x7FFF);
  }
}

template <class Body>
void for_each_float(Body body) {
  body(float{});
  body(double{});
  body(Float16{});
  body(Bfloat16{});
}

}  // namespace bitgraph::test
