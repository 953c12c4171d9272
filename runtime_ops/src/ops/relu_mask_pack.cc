// ReluMaskPack(X) -> (Y, mask): Y is the ReLU of X; mask is one bit an element, Y > 0, as MaskPack holds it.
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/write_bits.h"

namespace bitgraph {

namespace {

struct ReluMaskPack {
  static constexpr OpTraits kTraits = {
      "ReluMaskPack", 1, {{Dtype::float32}}, 2, {{Dtype::float32}, {Dtype::uint8}}, Sharing::in_place};

  Problem create(const Attributes&) { return {}; }

  Problem compute(const Context& context) const {
    Tensor x;
    if (Problem problem = context.input(0, x)) return problem;
    void* y = nullptr;
    if (Problem problem = context.output(0, x.shape, y)) return problem;
    const Kernels& kernels = active_kernels();
    return write_bits(context, x, [&](std::uint64_t begin, std::size_t n, std::uint8_t* bits) {
      kernels.relu(x.as<float>() + begin, n, static_cast<float*>(y) + begin, bits);
    });
  }
};

}  // namespace

const ort::CustomOp* relu_mask_pack_op() {
  static const CustomOpOf<ReluMaskPack> op;
  return &op;
}

}  // namespace bitgraph
