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

// Channels first to first + count of a run.
struct Group {
  std::size_t first, count;
};

// Calls deed(group), groups shared among workers.
template <class Deed>
void for_each_group(const BatchNormGradient& g, const Workers& workers, Deed deed) {
  const std::size_t share = group_of(g.plane), channels = g.channels;
  const bool small = g.samples * channels * g.plane < kTask;
  for_each(small ? Workers() : workers, channels / share + (channels % share != 0), [&](std::size_t task) {
    const std::size_t first = task * share, left = channels - first;
    deed(Group{first, left < share ? left : share});
  });
}

// What the gradient of `total` samples needs of each channel.
void prepare(const BatchNormGradient& g, std::size_t total, Group group, GradientChannel* channels) {
  const auto size = static_cast<float>(total * g.plane);
  for (std::size_t i = 0; i < group.count; ++i) {
    const std::size_t c = group.first + i;
    channels[i] = {g.mean[c], g.inv_std[c], g.scale[c] * g.inv_std[c] / size, kIdentity};
    if (g.activation.mask == Mask::none) continue;
    channels[i].affine = affine_of(g.scale[c], g.bias[c], g.mean[c], g.inv_std[c]);
  }
}

void add_group(const BatchNormGradient& g, const BatchNormKernels& kernels, Group group,
               const GradientChannel* channels, ChannelSums* sums) {
  const std::size_t sample = g.channels * g.plane, begin = group.first * g.plane;
  for (std::size_t n = 0; n < g.samples; ++n) {
    const std::size_t at = n * sample + begin;
    kernels.add_sums(g.dy + at, g.x + at, g.plane, group.count, sample, channels, g.activation, sums);
  }
}

void input_group(const BatchNormGradient& g, std::size_t total, const BatchNormKernels& kernels, Group group,
                 const GradientChannel* channels, const ChannelSums* sums) {
  const std::size_t sample = g.channels * g.plane, begin = group.first * g.plane;
  for (std::size_t n = 0; n < g.samples; ++n) {
    const std::size_t at = n * sample + begin;
    kernels.input_grad(g.dy + at, g.x + at, g.plane, group.count, sample, channels, g.activation,
                       static_cast<float>(total), sums, g.dx + at);
  }
}

void write_sums(const BatchNormGradient& g, Group group, const ChannelSums* sums) {
  for (std::size_t i = 0; i < group.count; ++i) {
    g.dscale[group.first + i] = sums[i].scale;
    g.dbias[group.first + i] = sums[i].bias;
  }
}

}  // namespace

void run(const BatchNormGradient& gradient, const Kernels& kernels, const Workers& workers) {
  for_each_group(gradient, workers, [&](Group group) {
    GradientChannel channels[kMostChannels];
    ChannelSums sums[kMostChannels];
    prepare(gradient, gradient.samples, group, channels);
    add_group(gradient, kernels.batch_norm, group, channels, sums);
    input_group(gradient, gradient.samples, kernels.batch_norm, group, channels, sums);
    write_sums(gradient, group, sums);
  });
}

void add_part(const BatchNormGradient& part, std::size_t samples, const Kernels& kernels,
              const Workers& workers, ChannelSums* sums) {
  for_each_group(part, workers, [&](Group group) {
    GradientChannel channels[kMostChannels];
    prepare(part, samples, group, channels);
    add_group(part, kernels.batch_norm, group, channels, sums + group.first);
    write_sums(part, group, sums + group.first);
  });
}

void differentiate_part(const BatchNormGradient& part, std::size_t samples, const Kernels& kernels,
                        const Workers& workers, const ChannelSums* sums) {
  for_each_group(part, workers, [&](Group group) {
    GradientChannel channels[kMostChannels];
    prepare(part, samples, group, channels);
    input_group(part, samples, kernels.batch_norm, group, channels, sums + group.first);
  });
}

}  // namespace bitgraph
