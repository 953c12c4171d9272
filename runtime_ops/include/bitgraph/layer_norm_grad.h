// The gradient of layer normalization, row by row: of all rows at once, or of one piece of them after the
// other.
#pragma once

#include <cstddef>

#include "bitgraph/kernels.h"

namespace bitgraph {

// Rows that lie one behind the other; mean and inv_std have one number a row.
struct LayerNormRows {
  std::size_t count;
  const float *dy, *x, *mean, *inv_std;
  float* dx;  // May be dy.
};

class LayerNormGradient {
 public:
  // `rows` of them will come. The gradients of scale and bias are whole after the last one. pending is
  // scratch memory of kPending * width floats, which stays ours until then.
  static constexpr std::size_t kPending = 4;
  LayerNormGradient(std::size_t rows, std::size_t width, const float* scale, float* dscale, float* dbias,
                    float* pending);

  // The next rows.
  void take(const LayerNormRows& rows, const Kernels& kernels);

 private:
  std::size_t rows_, width_, taken_ = 0;
  const float* scale_;
  ColumnSums dscale_, dbias_;
};

}  // namespace bitgraph
