#include "bitgraph/batch_norm.h"

#include "rounded.h"

namespace bitgraph {

Affine affine_of(float scale, float bias, float mean, float inv_std) {
  const float factor = product(scale, inv_std);
  return {factor, difference(bias, product(mean, factor))};
}

}  // namespace bitgraph
