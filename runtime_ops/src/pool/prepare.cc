#include "bitgraph/pool.h"
#include "bitgraph/shape.h"

namespace bitgraph {

namespace {

constexpr auto kLarge = static_cast<std::int64_t>(kMaxCount);

Problem check_axis(const Pool& pool, std::size_t axis, std::int64_t elements_before) {
  const std::int64_t room = kLarge / elements_before;
  const std::int64_t numbers[] = {pool.input[axis], pool.stride[axis], pool.dilation[axis]};
  for (const std::int64_t number : numbers) {
    if (number >= 1 && number <= room) continue;
    return Problem::say("a pool's size, stride or dilation is %lld, allowed is 1 to %lld",
                        static_cast<long long>(number), static_cast<long long>(room));
  }
  if (pool.pad[axis] < 0 || pool.pad[axis] > kLarge) {
    return Problem::say("a pool's padding is %lld, allowed is 0 to %lld",
                        static_cast<long long>(pool.pad[axis]), static_cast<long long>(kLarge));
  }
  if (pool.kernel[axis] < 1 || pool.kernel[axis] > kMaxCells / pool.cells) {
    return Problem::say("a window of %lld x %lld cells, allowed is 1 to %lld cells",
                        static_cast<long long>(pool.cells), static_cast<long long>(pool.kernel[axis]),
                        static_cast<long long>(kMaxCells));
  }
  return {};
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
    for (std::size_t axis = kPoolAxes; axis-- > 0; rest /= pool.kernel[axis]) {
      pool.offset[code][axis] = rest % pool.kernel[axis] * pool.dilation[axis];
    }
  }
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
  return {};
}

}  // namespace bitgraph
