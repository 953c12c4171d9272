#include <cstring>

#include "bitgraph/pool.h"

namespace bitgraph {

namespace {

// With these bounds no place or corner of a window overflows 64 bits.
constexpr std::int64_t kLargestPlane = std::int64_t{1} << 32;
constexpr std::int64_t kLargestStep = std::int64_t{1} << 20;

Problem check_range(const char* what, std::int64_t number, std::int64_t least, std::int64_t most) {
  if (number >= least && number <= most) return {};
  return Problem::say("a pool's %s is %lld, allowed is %lld to %lld", what, static_cast<long long>(number),
                      static_cast<long long>(least), static_cast<long long>(most));
}

Problem check_axis(const Pool& pool, std::size_t axis, std::int64_t elements_before) {
  const std::int64_t room = kLargestPlane / elements_before, cells = kMaxCells / pool.cells;
  if (Problem problem = check_range("input size", pool.input[axis], 1, room)) return problem;
  if (pool.kernel[axis] > cells) {
    return Problem::say("a pool's kernel size %lld makes a window of more than %lld places",
                        static_cast<long long>(pool.kernel[axis]), static_cast<long long>(kMaxCells));
  }
  if (Problem problem = check_range("kernel size", pool.kernel[axis], 1, cells)) return problem;
  if (Problem problem = check_range("stride", pool.stride[axis], 1, kLargestStep)) return problem;
  if (Problem problem = check_range("dilation", pool.dilation[axis], 1, kLargestStep)) return problem;
  if (Problem problem = check_range("padding", pool.pad[axis], 0, kLargestStep)) return problem;
  return check_range("padding", pool.pad_end[axis], 0, kLargestStep);
}

void set_steps(Pool& pool) {
  const std::int64_t* size = pool.input;
  const std::int64_t row_major[] = {size[1] * size[2], size[2], 1};
  const std::int64_t column_major[] = {1, size[0], size[0] * size[1]};
  pool.no_place = 0;
  for (std::size_t axis = 0; axis < kPoolAxes; ++axis) {
    pool.step[axis] = pool.column_major ? column_major[axis] : row_major[axis];
    if (axis >= kPoolAxes - pool.axes) pool.no_place -= pool.step[axis];
  }
}

void set_offsets(Pool& pool) {
  for (std::int64_t code = 0; code < pool.cells; ++code) {
    std::int64_t rest = code;
    pool.place[code] = 0;
    for (std::size_t axis = kPoolAxes; axis-- > 0; rest /= pool.kernel[axis]) {
      pool.offset[code][axis] = rest % pool.kernel[axis] * pool.dilation[axis];
      pool.place[code] += pool.offset[code][axis] * pool.step[axis];
    }
  }
  for (std::size_t axis = 0; axis < kPoolAxes; ++axis) {
    pool.extent[axis] = (pool.kernel[axis] - 1) * pool.dilation[axis] + 1;
  }
}

// Left unset when the window reaches too far, or two of its cells are as far from the corner (it is then
// larger than the input, and no window lies inside).
void set_codes(Pool& pool) {
  std::memset(pool.code_at, kNoCell, sizeof pool.code_at);
  pool.spans = false;
  for (std::int64_t code = 0; code < pool.cells; ++code) {
    const std::int64_t place = pool.place[code];
    if (place >= kSpan || pool.code_at[place] != kNoCell) return;
    pool.code_at[place] = static_cast<std::uint8_t>(code);
  }
  pool.spans = true;
}

}  // namespace

Problem prepare(Pool& pool) {
  pool.cells = 1;
  std::int64_t elements = 1;
  for (std::size_t axis = 0; axis < kPoolAxes; ++axis) {
    if (Problem problem = check_axis(pool, axis, elements)) return problem;
    elements *= pool.input[axis];
    pool.cells *= pool.kernel[axis];
  }
  set_steps(pool);
  set_offsets(pool);
  set_codes(pool);
  return {};
}

Problem pooled_size(const Pool& pool, std::size_t axis, bool ceil, std::int64_t& size) {
  const std::int64_t before = pool.input[axis] + pool.pad[axis], stride = pool.stride[axis];
  const std::int64_t room = before + pool.pad_end[axis] - pool.extent[axis];
  if (room < 0) {
    return Problem::say("a window of %lld places does not fit on %lld with their padding",
                        static_cast<long long>(pool.extent[axis]),
                        static_cast<long long>(before + pool.pad_end[axis]));
  }
  size = (room + (ceil ? stride - 1 : 0)) / stride + 1;
  if ((size - 1) * stride < before) return {};
  return Problem::say("window %lld begins behind the %lld places of the input", static_cast<long long>(size),
                      static_cast<long long>(before));
}

}  // namespace bitgraph
