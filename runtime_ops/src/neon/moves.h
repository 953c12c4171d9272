// Moving eight elements to other lanes, which is what pack and unpack do.
#pragma once

#include "neon/lanes.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

// Byte numbers of the lanes in register `part` of the eight elements, from their lane numbers. 0x80 becomes
// 0xFF: past the end of every table, where a lookup gives zero.
template <class U, unsigned part>
inline uint8x16_t bytes_of(uint8x8_t lanes) {
  constexpr unsigned kLanes = 16 / sizeof(U), kShift = sizeof(U) == 2 ? 1 : sizeof(U) == 4 ? 2 : 3;
  struct Bytes {
    std::uint8_t lane[16], within[16];
  };
  constexpr Bytes kBytes = [] {
    Bytes bytes{};
    for (unsigned i = 0; i < 16; ++i) {
      bytes.lane[i] = static_cast<std::uint8_t>(part * kLanes + i / sizeof(U));
      bytes.within[i] = static_cast<std::uint8_t>(i % sizeof(U));
    }
    return bytes;
  }();
  const uint8x16_t spread = vqtbl1q_u8(vcombine_u8(lanes, lanes), vld1q_u8(kBytes.lane));
  return vorrq_u8(vqshlq_n_u8(spread, kShift), vld1q_u8(kBytes.within));
}

// Element k of `to` is element lanes[k] of `from`, or zero where that is 0x80. `to` must not be `from`.
inline void move8(const std::uint8_t* from, uint8x8_t lanes, std::uint8_t* to) {
  const uint8x8_t table = vld1_u8(from);
  vst1_u8(to, vqtbl1_u8(vcombine_u8(table, table), lanes));
}
inline void move8(const std::uint16_t* from, uint8x8_t lanes, std::uint16_t* to) {
  store128(to, vqtbl1q_u8(load128(from), bytes_of<std::uint16_t, 0>(lanes)));
}
inline void move8(const std::uint32_t* from, uint8x8_t lanes, std::uint32_t* to) {
  const uint8x16x2_t table = {{load128(from), load128(from + 4)}};
  store128(to, vqtbl2q_u8(table, bytes_of<std::uint32_t, 0>(lanes)));
  store128(to + 4, vqtbl2q_u8(table, bytes_of<std::uint32_t, 1>(lanes)));
}
inline void move8(const std::uint64_t* from, uint8x8_t lanes, std::uint64_t* to) {
  const uint8x16x4_t table = {{load128(from), load128(from + 2), load128(from + 4), load128(from + 6)}};
  store128(to, vqtbl4q_u8(table, bytes_of<std::uint64_t, 0>(lanes)));
  store128(to + 2, vqtbl4q_u8(table, bytes_of<std::uint64_t, 1>(lanes)));
  store128(to + 4, vqtbl4q_u8(table, bytes_of<std::uint64_t, 2>(lanes)));
  store128(to + 6, vqtbl4q_u8(table, bytes_of<std::uint64_t, 3>(lanes)));
}

// The eight lane numbers of byte k of m.
inline uint8x8_t lanes_of(const LaneTable& table, std::uint32_t m, unsigned k) {
  return vld1_u8(table.lanes[m >> (8 * k) & 0xFFu]);
}

// How many bits are set in the bytes 0 ... k of m, for each k. They are in the bytes of one word, which a
// product with ones adds up.
class RunningCounts {
 public:
  explicit RunningCounts(std::uint32_t m)
      : sums_(vget_lane_u32(vreinterpret_u32_u8(vcnt_u8(vcreate_u8(m))), 0) * 0x01010101u) {}
  std::size_t to(unsigned k) const { return sums_ >> (8 * k) & 0xFFu; }

 private:
  std::uint32_t sums_;
};

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
