// Moving between bits and lanes of 128-bit registers.
#pragma once

#include "target.h"

#if BITGRAPH_ARM64

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "lane_tables.h"

namespace bitgraph::neon {

inline uint8x16_t load128(const void* p) { return vld1q_u8(static_cast<const std::uint8_t*>(p)); }
inline void store128(void* p, uint8x16_t v) { vst1q_u8(static_cast<std::uint8_t*>(p), v); }

// All ones in each lane that is not zero; U is a lane's type.
template <class U>
inline auto nonzero_lanes(const U* x) {
  if constexpr (sizeof(U) == 1) return vtstq_u8(vld1q_u8(x), vld1q_u8(x));
  if constexpr (sizeof(U) == 2) return vtstq_u16(vld1q_u16(x), vld1q_u16(x));
  if constexpr (sizeof(U) == 4) return vtstq_u32(vld1q_u32(x), vld1q_u32(x));
  if constexpr (sizeof(U) == 8) return vtstq_u64(vld1q_u64(x), vld1q_u64(x));
}

// Two registers of lanes that are all ones or all zeros, as one of lanes half as wide.
inline uint8x16_t narrow(uint16x8_t low, uint16x8_t high) {
  return vuzp1q_u8(vreinterpretq_u8_u16(low), vreinterpretq_u8_u16(high));
}
inline uint16x8_t narrow(uint32x4_t low, uint32x4_t high) {
  return vuzp1q_u16(vreinterpretq_u16_u32(low), vreinterpretq_u16_u32(high));
}
inline uint32x4_t narrow(uint64x2_t low, uint64x2_t high) {
  return vuzp1q_u32(vreinterpretq_u32_u64(low), vreinterpretq_u32_u64(high));
}

// `holds` says which of the lanes in the 16 bytes at x are meant; this, which of n lanes, in one register.
template <std::size_t n, class T, class Holds>
inline auto lanes_where(const T* x, Holds holds) {
  if constexpr (n * sizeof(T) == 16) {
    return holds(x);
  } else {
    return narrow(lanes_where<n / 2>(x, holds), lanes_where<n / 2>(x + n / 2, holds));
  }
}

// The same for 32 elements, as bits: a byte that is all ones keeps one, and eight such bytes are added up.
template <class T, class Holds>
inline std::uint32_t bits_where(const T* x, Holds holds) {
  const uint8x16_t weights = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201u));
  const uint8x16_t low = vandq_u8(lanes_where<16>(x, holds), weights);
  const uint8x16_t high = vandq_u8(lanes_where<16>(x + 16, holds), weights);
  const uint8x16_t twos = vpaddq_u8(low, high), fours = vpaddq_u8(twos, twos);
  return vgetq_lane_u32(vreinterpretq_u32_u8(vpaddq_u8(fours, fours)), 0);
}

// Sixteen or 32 bits of a bit string, which may have any alignment.
inline std::uint16_t load_bits16(const std::uint8_t* bits) {
  std::uint16_t m;
  std::memcpy(&m, bits, sizeof m);
  return m;
}
inline std::uint32_t load_bits32(const std::uint8_t* bits) {
  std::uint32_t m;
  std::memcpy(&m, bits, sizeof m);
  return m;
}
inline void store_bits32(std::uint8_t* bits, std::uint32_t m) { std::memcpy(bits, &m, sizeof m); }

// Writes the bits of whole steps of 32 elements; returns how many elements that were.
template <class T, class Holds>
inline std::size_t write_bits32(const T* x, std::size_t n, std::uint8_t* bits, Holds holds) {
  const std::size_t body = n - n % 32;
  for (std::size_t i = 0; i < body; i += 32) store_bits32(bits + i / 8, bits_where(x + i, holds));
  return body;
}

// All ones in each lane whose bit is set in m; lane 0 has the lowest bit, U is as wide as a lane.
template <class U>
inline uint8x16_t lane_mask(unsigned m) {
  if constexpr (sizeof(U) == 1) {
    const uint8x16_t weights = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201u));
    const uint8x8_t low = vdup_n_u8(static_cast<std::uint8_t>(m));
    return vtstq_u8(vcombine_u8(low, vdup_n_u8(static_cast<std::uint8_t>(m >> 8))), weights);
  } else if constexpr (sizeof(U) == 2) {
    constexpr std::uint16_t kWeights[] = {1, 2, 4, 8, 16, 32, 64, 128};
    return vreinterpretq_u8_u16(vtstq_u16(vdupq_n_u16(static_cast<std::uint16_t>(m)), vld1q_u16(kWeights)));
  } else if constexpr (sizeof(U) == 4) {
    constexpr std::uint32_t kWeights[] = {1, 2, 4, 8};
    return vreinterpretq_u8_u32(vtstq_u32(vdupq_n_u32(m), vld1q_u32(kWeights)));
  } else {
    constexpr std::uint64_t kWeights[] = {1, 2};
    return vreinterpretq_u8_u64(vtstq_u64(vdupq_n_u64(m), vld1q_u64(kWeights)));
  }
}

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
