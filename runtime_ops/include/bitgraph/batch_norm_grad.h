// The gradient of batch normalization, all channels of it.
#pragma once

#include <cstddef>

#include "bitgraph/kernels.h"
#include "bitgraph/workers.h"

namespace bitgraph {

// Tensors [samples, channels, plane]; vectors of `channels`. bias is read only where there is a mask.
struct BatchNormGradient {
  std::size_t samples, channels, plane;
  const float *dy, *x, *scale, *bias, *mean, *inv_std;
  Activation activation;
  float *dx, *dscale, *dbias;  // dx may be dy.
};

void run(const BatchNormGradient& gradient, const Kernels& kernels, const Workers& workers);

}  // namespace bitgraph
