// From a byte of bits to eight lanes: the two lookup tables of pack and unpack, for every instruction set.
#pragma once

#include <cstdint>

namespace bitgraph {

// For each byte of bits eight lane numbers.
struct alignas(64) LaneTable {
  std::uint8_t lanes[256][8];
};

// kGather[m] lists the set bits of m, in order: where pack finds its values.
//   m = 0b01001010  ->  1 3 6 0 0 0 0 0
constexpr LaneTable make_gather() {
  LaneTable table{};
  for (unsigned m = 0; m < 256; ++m) {
    unsigned at = 0;
    for (unsigned lane = 0; lane < 8; ++lane) {
      if ((m >> lane & 1u) != 0) table.lanes[m][at++] = static_cast<std::uint8_t>(lane);
    }
  }
  return table;
}

// kScatter[m] says for each lane which value it takes; 0x80 where the bit is clear: the lane becomes zero.
//   m = 0b01001010  ->  80 0 80 1 80 80 2 80
constexpr LaneTable make_scatter() {
  LaneTable table{};
  for (unsigned m = 0; m < 256; ++m) {
    std::uint8_t rank = 0;
    for (unsigned lane = 0; lane < 8; ++lane) {
      const bool set = (m >> lane & 1u) != 0;
      table.lanes[m][lane] = set ? rank : std::uint8_t{0x80};
      rank = static_cast<std::uint8_t>(rank + set);
    }
  }
  return table;
}

inline constexpr LaneTable kGather = make_gather();
inline constexpr LaneTable kScatter = make_scatter();

}  // namespace bitgraph
