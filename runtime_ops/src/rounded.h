// Float32 products and sums with the NaN that x86 gives: the first operand that is one, made quiet.
#pragma once

#include <cstdint>
#include <cstring>

#include "bitgraph/batch_norm.h"

namespace bitgraph {

inline bool is_nan(float x) { return x != x; }

inline float quiet(float nan) {
  std::uint32_t bits;
  std::memcpy(&bits, &nan, sizeof bits);
  bits |= 0x00400000u;
  std::memcpy(&nan, &bits, sizeof bits);
  return nan;
}

inline float first_nan(float a, float b) { return quiet(is_nan(a) ? a : b); }

inline float product(float a, float b) { return is_nan(a) || is_nan(b) ? first_nan(a, b) : a * b; }
inline float sum(float a, float b) { return is_nan(a) || is_nan(b) ? first_nan(a, b) : a + b; }
inline float difference(float a, float b) { return is_nan(a) || is_nan(b) ? first_nan(a, b) : a - b; }

inline float value_of(float x, Affine channel) { return sum(product(x, channel.factor), channel.offset); }

// One, but not for the compiler to see: it may take x * 1 for x, which leaves a signalling NaN as it is.
inline float unseen_one() {
  static const volatile float one = 1.0f;
  return one;
}

// Then an instruction meets one NaN at most, that of x, and the order of its operands does not matter.
inline bool is_free_of_nan(Affine channel) { return !is_nan(channel.factor) && !is_nan(channel.offset); }

}  // namespace bitgraph
