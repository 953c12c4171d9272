// ReluPack(X) -> (Y, mask, held): Y is the ReLU of X; mask is one bit an element, Y > 0, as MaskPack holds
// it; held is Y as BitmapPack holds it. The sweep that writes Y also writes the mask and counts the
// non-zeros.
#include "ops/hold_bitmap.h"
#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

struct ReluPack {
  static constexpr OpTraits kTraits = {
      "ReluPack",       1, {{Dtype::float32}}, 3, {{Dtype::float32}, {Dtype::uint8}, {Dtype::uint8}},
      Sharing::in_place};

  Problem create(const Attributes&) { return {}; }

  Problem compute(const Context& context) const {
    Tensor x;
    if (Problem problem = context.input(0, x)) return problem;
    void* data = nullptr;
    if (Problem problem = context.output(0, x.shape, data)) return problem;
    const Layout layout = layout_of(Encoding::bits, sizeof(float), x.shape, 0);
    std::uint8_t* mask = nullptr;
    if (Problem problem = context.output_blob(1, layout.total, mask)) return problem;
    write_header(Encoding::bits, x.dtype, x.shape, 0, mask);
    Tensor y = x;
    y.data = data;
    return hold_bitmap(context, 2, y, [&](std::uint64_t* offsets) {
      relu_blocks(x.as<float>(), x.shape.count, active_kernels(), context.workers(),
                  static_cast<float*>(data), mask + layout.bits, offsets);
    });
  }
};

}  // namespace

const ort::CustomOp* relu_pack_op() {
  static const CustomOpOf<ReluPack> op;
  return &op;
}

}  // namespace bitgraph
