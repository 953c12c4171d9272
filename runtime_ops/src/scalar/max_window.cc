#include <limits>

#include "scalar/kernels.h"

namespace bitgraph::scalar {

void max_window(const Windows& windows, float* y, std::uint8_t* codes) {
  const float* corner = windows.x;
  for (std::size_t i = 0; i < windows.count; ++i, corner += windows.step) {
    float best = std::numeric_limits<float>::lowest();
    std::size_t code = 255;
    for (std::size_t cell = 0; cell < windows.cell_count; ++cell) {
      const float value = corner[windows.cells[cell]];
      const bool greater = value > best;
      best = greater ? value : best;
      code = greater ? cell : code;
    }
    y[i] = best;
    codes[i] = static_cast<std::uint8_t>(code);
  }
}

}  // namespace bitgraph::scalar
