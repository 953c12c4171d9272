// BitmapPack(X) -> (Y, held): Y is X; held is X's non-zero elements and a bit for each, or X where that is
// smaller.
#include "ops/hold_bitmap.h"
#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

struct BitmapPack {
  static constexpr OpTraits kTraits = {
      "BitmapPack", 1, {{Dtype::undefined}}, 2, {{Dtype::undefined}, {Dtype::uint8}}, Sharing::alias};

  Problem create(const Attributes&) { return {}; }
  Problem compute(const Context& context) const;
};

Problem BitmapPack::compute(const Context& context) const {
  Tensor x;
  if (Problem problem = context.input(0, x)) return problem;
  const std::size_t width = width_of(x.dtype);
  if (width == 0) return Problem::say("element type %u cannot be held", static_cast<unsigned>(x.dtype));
  if (Problem problem = context.pass_on(0, x)) return problem;
  return hold_bitmap(context, 1, x, [&](std::uint64_t* offsets) {
    count_blocks(x.data, width, x.shape.count, active_kernels(), context.workers(), offsets);
  });
}

}  // namespace

const ort::CustomOp* bitmap_pack_op() {
  static const CustomOpOf<BitmapPack> op;
  return &op;
}

}  // namespace bitgraph
