#include "bitgraph/layer_norm_grad.h"

#include <algorithm>

namespace bitgraph {

namespace {

// The first row; whole groups of four behind it, the last row never being the first of one; single rows.
RowPlace place_of(std::size_t row, std::size_t rows) {
  constexpr RowPlace kInGroup[] = {RowPlace::first_of_four, RowPlace::second_of_four, RowPlace::third_of_four,
                                   RowPlace::last_of_four};
  if (row == 0) return RowPlace::first;
  return row <= (rows - 1) / 4 * 4 ? kInGroup[(row - 1) % 4] : RowPlace::single;
}

}  // namespace

LayerNormGradient::LayerNormGradient(std::size_t rows, std::size_t width, const float* scale, float* dscale,
                                     float* dbias, float* pending)
    : rows_(rows),
      width_(width),
      scale_(scale),
      dscale_{dscale, pending, pending + width},
      dbias_{dbias, pending + 2 * width, pending + 3 * width} {
  if (rows != 0) return;
  std::fill_n(dscale, width, 0.0f);
  std::fill_n(dbias, width, 0.0f);
}

void LayerNormGradient::take(const LayerNormRows& rows, const Kernels& kernels) {
  for (std::size_t i = 0; i < rows.count; ++i, ++taken_) {
    const std::size_t at = i * width_;
    const NormRow row = {rows.dy + at, rows.x + at, width_, rows.mean[i], rows.inv_std[i]};
    // The runtime sums rows of a tensor of its own, whose first one begins at a multiple of 16 bytes.
    const std::size_t head = std::min((0 - taken_ * width_) % 4, width_);
    kernels.layer_norm.add_row(row, place_of(taken_, rows_), dscale_, dbias_);
    kernels.layer_norm.row_grad(row, scale_, head, rows.dx + at);
  }
}

}  // namespace bitgraph
