#include <atomic>

#include "pool/positions.h"

namespace bitgraph {

namespace {

constexpr int kNone = -1;

// What one plane's codes are like.
struct Verdict {
  int wrong = kNone;  // A code that is not a cell of its window on the input.
  bool without = false;
};

Verdict check_plane(const Pool& pool, const std::uint8_t* codes) {
  Verdict verdict;
  const auto judge = [&](std::uint8_t code, bool on) {
    if (code == kNoCell) {
      verdict.without = true;
    } else if (!on) {
      verdict.wrong = code;
    }
  };
  const auto border = [&](std::int64_t i, const Corner& corner) {
    judge(codes[i], codes[i] < pool.cells && on_input(pool, corner, codes[i]));
  };
  for_each_window(pool, border, [&](const Run& run) {
    const std::uint8_t* from = codes + run.output;
    unsigned largest = 0;
    for (std::int64_t k = 0; k < run.count; ++k) largest = from[k] > largest ? from[k] : largest;
    if (largest < pool.cells) return;
    for (std::int64_t k = 0; k < run.count; ++k) judge(from[k], from[k] < pool.cells);
  });
  return verdict;
}

}  // namespace

Problem check_codes(const Pool& pool, const std::uint8_t* codes, const Workers& workers, bool& any_without) {
  std::atomic<int> wrong{kNone};
  std::atomic<bool> without{false};
  const auto positions = static_cast<std::uint64_t>(pool.output_size());
  any_without = false;
  if (positions == 0) return {};  // However many planes.
  for_each_plane(pool, workers, [&, positions](std::uint64_t plane) {
    const Verdict verdict = check_plane(pool, codes + plane * positions);
    if (verdict.wrong != kNone) wrong.store(verdict.wrong);
    if (verdict.without) without.store(true);
  });
  any_without = without.load();
  if (wrong.load() == kNone) return {};
  return Problem::say("index %d is not one of the %lld cells of its window, or not on the input",
                      wrong.load(), static_cast<long long>(pool.cells));
}

}  // namespace bitgraph
