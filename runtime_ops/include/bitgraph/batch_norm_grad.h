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

// The same by parts of all samples, which come in their order. First the sums of each part, on top of those
// of the parts before: one entry a channel, cleared at first; dscale and dbias are those so far. Then, with
// the sums of all, dx of each part.
void add_part(const BatchNormGradient& part, std::size_t samples, const Kernels& kernels,
              const Workers& workers, ChannelSums* sums);
void differentiate_part(const BatchNormGradient& part, std::size_t samples, const Kernels& kernels,
                        const Workers& workers, const ChannelSums* sums);

}  // namespace bitgraph
