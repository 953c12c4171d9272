// BitsUnpack(held, trigger) -> X: the bool tensor that BitsPack took, as bytes 0 and 1. The trigger is not
// read.
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/unpack.h"

namespace bitgraph {

namespace {

struct BitsUnpack {
  static constexpr OpTraits kTraits = {
      "BitsUnpack", 2, {{Dtype::uint8}, {Dtype::undefined}}, 1, {{Dtype::boolean}}};

  Problem create(const Attributes&) { return {}; }
  Problem compute(const Context& context) const { return unpack(context, Dtype::boolean, {Encoding::bits}); }
};

}  // namespace

const ort::CustomOp* bits_unpack_op() {
  static const CustomOpOf<BitsUnpack> op;
  return &op;
}

}  // namespace bitgraph
