#include <atomic>

#include "pool/positions.h"

namespace bitgraph {

Problem check_codes(const Pool& pool, const std::uint8_t* codes, const Workers& workers, bool& any_without) {
  constexpr std::int64_t kNone = -1;
  std::atomic<std::int64_t> wrong{kNone};
  std::atomic<bool> without{false};
  const auto positions = static_cast<std::uint64_t>(pool.output_size());
  for_each_plane(pool, workers, [&](std::uint64_t plane) {
    const std::uint8_t* from = codes + plane * positions;
    bool missing = false;
    for_each_window(pool, [&](std::int64_t i, const Corner& corner) {
      missing = missing || from[i] == kNoCell;
      if (from[i] == kNoCell) return;
      if (from[i] >= pool.cells || !inside(pool, corner, from[i])) wrong.store(from[i]);
    });
    if (missing) without.store(true);
  });
  any_without = without.load();
  if (wrong.load() == kNone) return {};
  return Problem::say("index %lld is not one of the %lld cells of its window, or not inside the input",
                      static_cast<long long>(wrong.load()), static_cast<long long>(pool.cells));
}

}  // namespace bitgraph
