// Work by blocks of kBlock elements, and the zeros between sections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bitgraph/held.h"

namespace bitgraph {

inline std::size_t block_size(std::uint64_t block, std::uint64_t count) {
  const std::uint64_t left = count - block * kBlock;
  return static_cast<std::size_t>(left < kBlock ? left : kBlock);
}

// Calls deed(block) for each block, shared among workers.
template <class Deed>
void for_each_block(const Workers& workers, std::uint64_t count, Deed deed) {
  const std::uint64_t blocks = blocks_of(count);
  for_each(workers, static_cast<std::size_t>(tasks_of(count)), [=](std::size_t task) {
    const std::uint64_t begin = task * kBlocksPerTask, end = begin + kBlocksPerTask;
    for (std::uint64_t b = begin; b < end && b < blocks; ++b) deed(b);
  });
}

// Turns what each block has into what all blocks before it have: offsets[b + 1] is that of block b.
inline void sum_up(std::uint64_t count, std::uint64_t* offsets) {
  offsets[0] = 0;
  for (std::uint64_t b = 0; b < blocks_of(count); ++b) offsets[b + 1] += offsets[b];
}

inline void zero(std::uint8_t* blob, std::uint64_t begin, std::uint64_t end) {
  std::memset(blob + begin, 0, static_cast<std::size_t>(end - begin));
}

}  // namespace bitgraph
