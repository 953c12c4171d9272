#include "bitgraph/batch_norm.h"

#include "bitgraph/batch_norm_grad.h"
#include "ops/ops.h"
#include "tensors.h"

namespace bitgraph::bench {

namespace {

constexpr std::size_t kSamples = 32, kPlane = 32 * 32;

std::size_t channels_of(const Case& what) {
  return static_cast<std::size_t>(shape_of(what).count) / (kSamples * kPlane);
}

}  // namespace

Deed prepare_bn_recompute(const Case& what, const Kernels& kernels, const Workers& workers) {
  const Affine channel = affine_of(1.25f, -0.5f, 0.75f, 0.5f);
  return [=, channels = channels_of(what), x = tensor(what), y = buffer(what.bytes), &kernels] {
    const auto* from = reinterpret_cast<const float*>(x->data);
    auto* to = reinterpret_cast<float*>(y->data);
    for_each(workers, kSamples, [&](std::size_t sample) {
      for (std::size_t plane = sample * channels; plane < (sample + 1) * channels; ++plane) {
        const std::size_t at = plane * kPlane;
        kernels.batch_norm.recompute(from + at, kPlane, channel, kRelu, to + at);
      }
    });
  };
}

Deed prepare_bn_grad(const Case& what, const Kernels& kernels, const Workers& workers) {
  const std::size_t channels = channels_of(what);
  const auto ones = std::make_shared<std::vector<float>>(channels, 1.0f);
  const auto sums = std::make_shared<std::vector<float>>(2 * channels);
  return [=, x = tensor(what), dy = tensor(what), &kernels] {
    const auto* from = reinterpret_cast<const float*>(x->data);
    auto* gradient = reinterpret_cast<float*>(dy->data);
    const float* one = ones->data();
    run({kSamples,
         channels,
         kPlane,
         gradient,
         from,
         one,
         one,
         one,
         one,
         {Mask::relu, kRelu},
         gradient,
         sums->data(),
         sums->data() + channels},
        kernels, workers);
  };
}

}  // namespace bitgraph::bench
