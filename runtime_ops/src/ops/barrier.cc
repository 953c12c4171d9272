// Barrier(X, trigger?) -> Y: Y is X, in the same buffer. ONNX Runtime neither merges nor fuses across it, and
// runs what reads Y after the trigger, which is not read; without a trigger it only keeps nodes apart.
#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

struct BarrierOfAny {
  Problem create(const Attributes&) { return {}; }
  Problem compute(const Context& context) const {
    Tensor x;
    if (Problem problem = context.input(0, x)) return problem;
    return context.pass_on(0, x);
  }
};

template <Dtype dtype>
struct Barrier : BarrierOfAny {
  static constexpr OpTraits kTraits = {"Barrier", 2, {{dtype}, {dtype, true}}, 1, {{dtype}}, Sharing::alias};
};

}  // namespace

const ort::CustomOp* barrier_op(int i) {
  static const CustomOpOf<Barrier<Dtype::float32>> for_float;
  static const CustomOpOf<Barrier<Dtype::float64>> for_double;
  static const CustomOpOf<Barrier<Dtype::float16>> for_float16;
  static const CustomOpOf<Barrier<Dtype::bfloat16>> for_bfloat16;
  const ort::CustomOp* const ops[kFloatTypes] = {&for_float, &for_double, &for_float16, &for_bfloat16};
  return ops[i];
}

}  // namespace bitgraph
