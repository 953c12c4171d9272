// Walking over a plane's windows, and from a cell of a window to its place in the plane.
#pragma once

#include "bitgraph/pool.h"

namespace bitgraph {

struct Corner {
  std::int64_t at[kPoolAxes];
};

// Neighbouring windows of one row that lie wholly on the input.
struct Run {
  std::int64_t output;  // Position of the first.
  std::int64_t count;
  std::int64_t place;  // Of the first one's corner, in the plane.
  std::int64_t step;   // From one corner to the next.
};

// Which windows on this axis lie wholly on the input: outputs [begin, end).
struct CellRange {
  std::int64_t begin, end;
};
inline CellRange inner_range(const Pool& pool, std::size_t axis) {
  const std::int64_t stride = pool.stride[axis], pad = pool.pad[axis], output = pool.output[axis];
  const std::int64_t room = pool.input[axis] + pad - pool.extent[axis];
  const std::int64_t begin = (pad + stride - 1) / stride, end = room < 0 ? 0 : room / stride + 1;
  return {begin < output ? begin : output, end < output ? end : output};
}

// Visits the windows of a plane in order: inner(run) for those wholly on the input, border(i, corner) for the
// others.
template <class Border, class Inner>
void for_each_window(const Pool& pool, Border border, Inner inner) {
  if (pool.output_size() == 0) return;  // Its other axes may be of any size.
  const CellRange rows = inner_range(pool, 1), slices = inner_range(pool, 0), columns = inner_range(pool, 2);
  std::int64_t i = 0;
  Corner corner;
  const auto border_until = [&](std::int64_t& c, std::int64_t end) {
    for (; c < end; ++c) {
      corner.at[2] = c * pool.stride[2] - pool.pad[2];
      border(i++, corner);
    }
  };
  for (std::int64_t a = 0; a < pool.output[0]; ++a) {
    corner.at[0] = a * pool.stride[0] - pool.pad[0];
    for (std::int64_t b = 0; b < pool.output[1]; ++b) {
      corner.at[1] = b * pool.stride[1] - pool.pad[1];
      const bool inside = a >= slices.begin && a < slices.end && b >= rows.begin && b < rows.end;
      std::int64_t c = 0;
      if (inside && columns.begin < columns.end) {
        border_until(c, columns.begin);
        corner.at[2] = c * pool.stride[2] - pool.pad[2];
        const std::int64_t place =
            corner.at[0] * pool.step[0] + corner.at[1] * pool.step[1] + corner.at[2] * pool.step[2];
        inner(Run{i, columns.end - c, place, pool.stride[2] * pool.step[2]});
        i += columns.end - c;
        c = columns.end;
      }
      border_until(c, pool.output[2]);
    }
  }
}

// Is the cell on the input, and not on the padding?
inline bool on_input(const Pool& pool, const Corner& corner, std::int64_t code) {
  bool on = true;
  for (std::size_t axis = 0; axis < kPoolAxes; ++axis) {
    const std::int64_t at = corner.at[axis] + pool.offset[code][axis];
    on = on && at >= 0 && at < pool.input[axis];
  }
  return on;
}

// The cell's place in the plane.
inline std::int64_t place_of(const Pool& pool, const Corner& corner, std::int64_t code) {
  std::int64_t at = pool.place[code];
  for (std::size_t axis = 0; axis < kPoolAxes; ++axis) at += corner.at[axis] * pool.step[axis];
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
