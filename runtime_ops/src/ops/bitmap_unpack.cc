// BitmapUnpack(held, trigger) -> X: exactly what BitmapPack or CodedPack took. The trigger is not read: it
// fixes when this runs, and its element type is X's.
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/unpack.h"

namespace bitgraph {

namespace {

struct BitmapUnpack {
  static constexpr OpTraits kTraits = {
      "BitmapUnpack", 2, {{Dtype::uint8}, {Dtype::undefined}}, 1, {{Dtype::undefined}}};

  Problem create(const Attributes&) { return {}; }

  Problem compute(const Context& context) const {
    Tensor trigger;
    if (Problem problem = context.input(1, trigger)) return problem;
    return unpack(context, trigger.dtype, {Encoding::bitmap, Encoding::dense, Encoding::coded});
  }
};

}  // namespace

const ort::CustomOp* bitmap_unpack_op() {
  static const CustomOpOf<BitmapUnpack> op;
  return &op;
}

}  // namespace bitgraph
