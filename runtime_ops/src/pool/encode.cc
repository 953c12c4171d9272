#include <atomic>

#include "pool/positions.h"

namespace bitgraph {

namespace {

constexpr std::int64_t kElsewhere = -1;

// Wraps around: an index may be any number.
std::uint64_t distance(std::int64_t index, std::int64_t from) {
  return static_cast<std::uint64_t>(index) - static_cast<std::uint64_t>(from);
}

// The code for this place of the plane, kElsewhere when it is not in the window.
std::int64_t code_of(const Pool& pool, const Corner& corner, std::int64_t at) {
  if (at == pool.no_place) return kNoCell;
  if (at < 0 || at >= pool.input_size()) return kElsewhere;
  std::int64_t code = 0;
  for (std::size_t axis = 0; axis < kPoolAxes; ++axis) {
    if (pool.input[axis] == 1 && pool.kernel[axis] == 1 && corner.at[axis] == 0) continue;
    const std::int64_t from_corner = at / pool.step[axis] % pool.input[axis] - corner.at[axis];
    if (from_corner < 0 || from_corner % pool.dilation[axis] != 0) return kElsewhere;
    const std::int64_t k = from_corner / pool.dilation[axis];
    if (k >= pool.kernel[axis]) return kElsewhere;
    code = code * pool.kernel[axis] + k;
  }
  return code;
}

// The corner of a run's window k, from the place of its first.
Corner corner_of(const Pool& pool, const Run& run, std::int64_t k) {
  const std::int64_t at = run.place + k * run.step;
  Corner corner;
  for (std::size_t axis = 0; axis < kPoolAxes; ++axis)
    corner.at[axis] = at / pool.step[axis] % pool.input[axis];
  return corner;
}

// One plane; returns the position of an index that is not in its window, or -1.
std::int64_t encode_plane(const Pool& pool, const std::int64_t* indices, std::int64_t first,
                          std::uint8_t* codes) {
  std::int64_t wrong = kElsewhere;
  const auto encode = [&](std::int64_t i, const Corner& corner) {
    const std::int64_t code = code_of(pool, corner, static_cast<std::int64_t>(distance(indices[i], first)));
    if (code == kElsewhere) wrong = i;
    codes[i] = static_cast<std::uint8_t>(code);
  };
  for_each_window(pool, encode, [&](const Run& run) {
    for (std::int64_t k = 0; k < run.count; ++k) {
      const std::int64_t i = run.output + k;
      const std::uint64_t from_corner = distance(indices[i], first + run.place + k * run.step);
      const std::uint8_t code = pool.spans && from_corner < kSpan ? pool.code_at[from_corner] : kNoCell;
      codes[i] = code;
      if (code == kNoCell) encode(i, corner_of(pool, run, k));
    }
  });
  return wrong;
}

}  // namespace

Problem encode_indices(const Pool& pool, const std::int64_t* indices, const Workers& workers,
                       std::uint8_t* codes) {
  std::atomic<std::int64_t> wrong{kElsewhere};
  const std::int64_t positions = pool.output_size();
  if (positions == 0) return {};  // However many planes.
  for_each_plane(pool, workers, [&, positions](std::uint64_t plane) {
    const std::int64_t begin = static_cast<std::int64_t>(plane) * positions;
    const std::int64_t first = static_cast<std::int64_t>(plane) * pool.input_size();
    const std::int64_t at = encode_plane(pool, indices + begin, first, codes + begin);
    if (at != kElsewhere) wrong.store(begin + at);
  });
  if (wrong.load() == kElsewhere) return {};
  return Problem::say("index %lld is not in its window, which is number %lld",
                      static_cast<long long>(indices[wrong.load()]), static_cast<long long>(wrong.load()));
}

}  // namespace bitgraph
