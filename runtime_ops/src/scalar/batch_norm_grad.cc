#include "masked.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

void add_plane(const float* dy, const float* x, std::size_t n, std::size_t head,
               const GradientChannel& channel, ChannelSums& sums) {
  bitgraph::add_plane<Mask::none>(dy, x, n, head, channel, Range(), sums);
}

void add_sums(const float* dy, const float* x, std::size_t plane, std::size_t count, std::size_t /*ahead*/,
              const GradientChannel* channels, Activation activation, ChannelSums* sums) {
  with_mask(activation.mask, [=](auto mask) {
    for (std::size_t c = 0; c < count; ++c) {
      const float* gradients = dy + c * plane;
      bitgraph::add_plane<decltype(mask)::value>(gradients, x + c * plane, plane,
                                                 elements_to_alignment(gradients, plane), channels[c],
                                                 activation.range, sums[c]);
    }
  });
}

void input_grad(const float* dy, const float* x, std::size_t plane, std::size_t count, std::size_t /*ahead*/,
                const GradientChannel* channels, Activation activation, float samples,
                const ChannelSums* sums, float* dx) {
  const auto size = static_cast<float>(plane);
  with_mask(activation.mask, [=](auto mask) {
    for (std::size_t c = 0; c < count; ++c) {
      const GradientChannel& channel = channels[c];
      for (std::size_t i = c * plane; i < (c + 1) * plane; ++i) {
        const float gradient = masked<decltype(mask)::value>(dy[i], x[i], channel.affine, activation.range);
        dx[i] = input_gradient(gradient, x[i], channel, samples, size, sums[c]);
      }
    }
  });
}

}  // namespace bitgraph::scalar
