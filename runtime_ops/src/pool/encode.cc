#include <atomic>

#include "pool/positions.h"

namespace bitgraph {

namespace {

constexpr std::int64_t kElsewhere = -1;

// The code for this place of the plane, kElsewhere when it is not in the window.
std::int64_t code_of(const Pool& pool, const Corner& corner, std::int64_t at) {
  if (at == pool.no_place) return kNoCell;
  if (at < 0 || at >= pool.input_size()) return kElsewhere;
  std::int64_t code = 0;
  for (std::size_t axis = 0; axis < kPoolAxes; ++axis) {
    if (pool.input[axis] == 1 && pool.kernel[axis] == 1) continue;
    const std::int64_t from_corner = at / pool.step[axis] % pool.input[axis] - corner.at[axis];
    if (from_corner < 0 || from_corner % pool.dilation[axis] != 0) return kElsewhere;
    const std::int64_t k = from_corner / pool.dilation[axis];
    if (k >= pool.kernel[axis]) return kElsewhere;
    code = code * pool.kernel[axis] + k;
  }
  return code;
}

}  // namespace

Problem encode_indices(const Pool& pool, const std::int64_t* indices, const Workers& workers,
                       std::uint8_t* codes) {
  constexpr std::int64_t kNone = -1;
  std::atomic<std::int64_t> wrong{kNone};  // A position in `indices`.
  const std::int64_t positions = pool.output_size();
  for_each_plane(pool, workers, [&](std::uint64_t plane) {
    const std::int64_t begin = static_cast<std::int64_t>(plane) * positions;
    const std::int64_t first = static_cast<std::int64_t>(plane) * pool.input_size();
    for_each_window(pool, [&](std::int64_t i, const Corner& corner) {
      const std::int64_t code = code_of(pool, corner, indices[begin + i] - first);
      if (code == kElsewhere) wrong.store(begin + i);
      codes[begin + i] = static_cast<std::uint8_t>(code);
    });
  });
  if (wrong.load() == kNone) return {};
  return Problem::say("index %lld is not in its window, which is number %lld",
                      static_cast<long long>(indices[wrong.load()]), static_cast<long long>(wrong.load()));
}

}  // namespace bitgraph
