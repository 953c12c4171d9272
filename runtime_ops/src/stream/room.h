// Where the inner values of a chunk stand: few pieces of memory, each used again when its value is read no
// more.
#pragma once

#include "stream/program.h"

namespace bitgraph::stream {

// Floats from one multiple of 64 bytes to the next, where tensors of the runtime begin.
constexpr std::uint64_t kLine = 16;
constexpr std::uint64_t whole_lines(std::uint64_t floats) { return (floats + kLine - 1) / kLine * kLine; }

class Room {
 public:
  // A value made by node `maker` and last read by node `last`; values come in the order of their makers.
  // Returns the piece that it gets.
  std::size_t place(std::uint64_t floats, std::size_t maker, std::size_t last);

  // Lays the pieces out one behind the other, after `before` floats; returns where they end.
  std::uint64_t lay_out(std::uint64_t before);
  std::uint64_t begin_of(std::size_t piece) const { return pieces_[piece].begin; }

 private:
  struct Piece {
    std::uint64_t floats, begin;
    std::size_t last;
  };
  Piece pieces_[kMaxValues] = {};
  std::size_t count_ = 0;
};

}  // namespace bitgraph::stream
