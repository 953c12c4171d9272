#include "bitgraph/batch_norm_grad.h"

#include <algorithm>

#include "bitgraph/held.h"

namespace bitgraph {

namespace {

constexpr std::size_t kMostChannels = 64;

// Channels that are worked on together: of small planes as many as make a long run, else two, which kernels
// can add at once, and whose planes are often still in the cache when they are read again.
std::size_t group_of(std::size_t plane) {
  constexpr std::size_t kRun = 4096;
  const std::size_t wanted = plane == 0 ? kMostChannels : (kRun + plane - 1) / plane;
  return std::min(std::max<std::size_t>(wanted, 2), kMostChannels);
}

void run_group(const BatchNormGradient& g, const BatchNormKernels& kernels, std::size_t first,
               std::size_t count) {
  GradientChannel channels[kMostChannels];
  ChannelSums sums[kMostChannels];
  const auto samples = static_cast<float>(g.samples), size = static_cast<float>(g.samples * g.plane);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t c = first + i;
    channels[i] = {g.mean[c], g.inv_std[c], g.scale[c] * g.inv_std[c] / size, kIdentity};
    if (g.activation.mask == Mask::none) continue;
    channels[i].affine = affine_of(g.scale[c], g.bias[c], g.mean[c], g.inv_std[c]);
  }
  const std::size_t sample = g.channels * g.plane, begin = first * g.plane;
  for (std::size_t n = 0; n < g.samples; ++n) {
    const std::size_t at = n * sample + begin;
    kernels.add_sums(g.dy + at, g.x + at, g.plane, count, sample, channels, g.activation, sums);
  }
  for (std::size_t n = 0; n < g.samples; ++n) {
    const std::size_t at = n * sample + begin;
    kernels.input_grad(g.dy + at, g.x + at, g.plane, count, sample, channels, g.activation, samples, sums,
                       g.dx + at);
  }
  for (std::size_t i = 0; i < count; ++i) {
    g.dscale[first + i] = sums[i].scale;
    g.dbias[first + i] = sums[i].bias;
  }
}

}  // namespace

void run(const BatchNormGradient& gradient, const Kernels& kernels, const Workers& workers) {
  const std::size_t share = group_of(gradient.plane), channels = gradient.channels;
  const bool small = gradient.samples * channels * gradient.plane < kTask;
  for_each(small ? Workers() : workers, channels / share + (channels % share != 0), [&](std::size_t task) {
    const std::size_t first = task * share, left = channels - first;
    run_group(gradient, kernels.batch_norm, first, left < share ? left : share);
  });
}

}  // namespace bitgraph
