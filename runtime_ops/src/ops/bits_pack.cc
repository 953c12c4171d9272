// BitsPack(carrier, X) -> (Y, held): Y is the carrier, which the forward pass reads on; held is one bit for
// each element of the bool tensor X.
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/write_bits.h"

namespace bitgraph {

namespace {

struct BitsPack {
  static constexpr OpTraits kTraits = {
      "BitsPack",    2, {{Dtype::undefined}, {Dtype::boolean}}, 2, {{Dtype::undefined}, {Dtype::uint8}},
      Sharing::alias};

  Problem create(const Attributes&) { return {}; }

  Problem compute(const Context& context) const {
    Tensor carrier, x;
    if (Problem problem = context.input(0, carrier)) return problem;
    if (Problem problem = context.input(1, x)) return problem;
    if (Problem problem = context.pass_on(0, carrier)) return problem;
    const Kernels& kernels = active_kernels();
    return write_bits(context, x, [&](std::uint64_t begin, std::size_t n, std::uint8_t* bits) {
      kernels.pack_bools(x.as<std::uint8_t>() + begin, n, bits);
    });
  }
};

}  // namespace

const ort::CustomOp* bits_pack_op() {
  static const CustomOpOf<BitsPack> op;
  return &op;
}

}  // namespace bitgraph
