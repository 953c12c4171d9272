#include "bitgraph/batch_norm.h"

#include "ops/ops.h"
#include "tensors.h"

namespace bitgraph::bench {

// Planes of 48 x 48, as the operator takes them.
Deed prepare_bn_recompute(const Case& what, const Kernels& kernels, const Workers& workers) {
  constexpr std::uint64_t kPlane = 48 * 48;
  const Affine channel = affine_of(1.25f, -0.5f, 0.75f, 0.5f);
  const std::uint64_t count = shape_of(what).count;
  return [=, x = tensor(what), y = buffer(what.bytes), &kernels] {
    for_each(workers, static_cast<std::size_t>((count + kPlane - 1) / kPlane), [&](std::size_t plane) {
      const std::uint64_t begin = plane * kPlane, left = count - begin;
      kernels.batch_norm.recompute(reinterpret_cast<const float*>(x->data) + begin,
                                   static_cast<std::size_t>(left < kPlane ? left : kPlane), channel, kRelu,
                                   reinterpret_cast<float*>(y->data) + begin);
    });
  };
}

}  // namespace bitgraph::bench
