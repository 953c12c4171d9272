#include "stream/room.h"

namespace bitgraph::stream {

namespace {

// By how much the piece would grow, or what it would waste.
std::uint64_t misfit(std::uint64_t piece, std::uint64_t floats) {
  return piece < floats ? floats - piece : piece - floats;
}

}  // namespace

std::size_t Room::place(std::uint64_t floats, std::size_t maker, std::size_t last) {
  std::size_t best = count_;
  for (std::size_t i = 0; i < count_; ++i) {
    if (pieces_[i].last >= maker) continue;
    if (best == count_ || misfit(pieces_[i].floats, floats) < misfit(pieces_[best].floats, floats)) best = i;
  }
  if (best == count_) pieces_[count_++] = {};
  Piece& piece = pieces_[best];
  piece.last = last;
  if (piece.floats < floats) piece.floats = floats;
  return best;
}

std::uint64_t Room::lay_out(std::uint64_t before) {
  for (std::size_t i = 0; i < count_; ++i) {
    pieces_[i].begin = before;
    before += whole_lines(pieces_[i].floats);
  }
  return before;
}

}  // namespace bitgraph::stream
