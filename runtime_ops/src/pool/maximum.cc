#include <limits>

#include "pool/positions.h"

namespace bitgraph {

namespace {

// Windows that reach over an edge of the input: only their cells on it count.
void max_at_border(const Pool& pool, const Corner& corner, const float* x, float& y, std::uint8_t& code) {
  y = std::numeric_limits<float>::lowest();
  code = kNoCell;
  for (std::int64_t cell = 0; cell < pool.cells; ++cell) {
    if (!on_input(pool, corner, cell)) continue;
    const float value = x[place_of(pool, corner, cell)];
    if (!(value > y)) continue;
    y = value;
    code = static_cast<std::uint8_t>(cell);
  }
}

}  // namespace

void max_pool(const Pool& pool, const float* x, const Kernels& kernels, const Workers& workers, float* y,
              std::uint8_t* codes) {
  const auto from_size = static_cast<std::uint64_t>(pool.input_size());
  const auto to_size = static_cast<std::uint64_t>(pool.output_size());
  if (to_size == 0) return;  // However many planes.
  for_each_plane(pool, workers, [=, &pool, &kernels](std::uint64_t plane) {
    const float* from = x + plane * from_size;
    float* to = y + plane * to_size;
    std::uint8_t* codes_to = codes + plane * to_size;
    const auto border = [&](std::int64_t i, const Corner& corner) {
      max_at_border(pool, corner, from, to[i], codes_to[i]);
    };
    for_each_window(pool, border, [&](const Run& run) {
      const Windows windows = {from + run.place, static_cast<std::size_t>(run.count), run.step, pool.place,
                               static_cast<std::size_t>(pool.cells)};
      kernels.max_window(windows, to + run.output, codes_to + run.output);
    });
  });
}

}  // namespace bitgraph
