// Walking over a plane's windows, and from a cell of a window to its place in the plane.
#pragma once

#include "bitgraph/pool.h"

namespace bitgraph {

struct Corner {
  std::int64_t at[kPoolAxes];
};

// Calls deed(i, corner) for each output position i of a plane, in order.
template <class Deed>
void for_each_window(const Pool& pool, Deed deed) {
  std::int64_t i = 0;
  Corner corner;
  for (std::int64_t a = 0; a < pool.output[0]; ++a) {
    corner.at[0] = a * pool.stride[0] - pool.pad[0];
    for (std::int64_t b = 0; b < pool.output[1]; ++b) {
      corner.at[1] = b * pool.stride[1] - pool.pad[1];
      for (std::int64_t c = 0; c < pool.output[2]; ++c) {
        corner.at[2] = c * pool.stride[2] - pool.pad[2];
        deed(i++, corner);
      }
    }
  }
}

// Is the cell on the input, and not on the padding?
inline bool inside(const Pool& pool, const Corner& corner, std::int64_t code) {
  bool in = true;
  for (std::size_t axis = 0; axis < kPoolAxes; ++axis) {
    const std::int64_t at = corner.at[axis] + pool.offset[code][axis];
    in = in && at >= 0 && at < pool.input[axis];
  }
  return in;
}

// The cell's place in the plane.
inline std::int64_t place(const Pool& pool, const Corner& corner, std::int64_t code) {
  std::int64_t at = 0;
  for (std::size_t axis = 0; axis < kPoolAxes; ++axis) {
    at += (corner.at[axis] + pool.offset[code][axis]) * pool.step[axis];
  }
  return at;
}

// Calls deed(plane) for each plane, in pieces that are worth a worker's while.
template <class Deed>
void for_each_plane(const Pool& pool, const Workers& workers, Deed deed) {
  const std::uint64_t planes = pool.planes;
  constexpr std::uint64_t kWork = 32 * 1024;  // Positions a piece.
  const auto size = static_cast<std::uint64_t>(pool.output_size()) + 1;
  const std::uint64_t piece = size < kWork ? kWork / size : 1;
  for_each(workers, static_cast<std::size_t>((planes + piece - 1) / piece), [=](std::size_t i) {
    const std::uint64_t begin = i * piece, end = begin + piece < planes ? begin + piece : planes;
    for (std::uint64_t plane = begin; plane < end; ++plane) deed(plane);
  });
}

}  // namespace bitgraph
