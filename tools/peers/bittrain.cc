#include "bittrain.h"

#include <algorithm>

namespace bitgraph::peers {

Bitmap bittrain_pack(const float* x, std::size_t n) {
  Bitmap packed;
  for (std::size_t i = 0; i < n; ++i) {
    const bool nonzero = x[i] != 0;
    packed.bits.push_back(nonzero);
    if (nonzero) packed.values.push_back(x[i]);
  }
  return packed;
}

void bittrain_unpack(const Bitmap& packed, float* out) {
  std::vector<float> dense;
  std::size_t taken = 0;
  for (const bool nonzero : packed.bits) dense.push_back(nonzero ? packed.values[taken++] : 0.0F);
  std::copy(dense.begin(), dense.end(), out);
}

}  // namespace bitgraph::peers
