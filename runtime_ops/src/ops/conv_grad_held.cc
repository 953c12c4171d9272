// ConvGradHeld(dY, held, W) -> (dX, dW, dB?): the runtime's ConvGrad of the X that BitmapPack or CodedPack
// took. X is restored where dX will be, so the two never stand side by side.
//   auto_pad, dilations, group, kernel_shape, pads, strides  as of the Conv, see ConvAttributes
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/stock_conv_grad.h"
#include "ops/unpack.h"

namespace bitgraph {

namespace {

struct ConvGradHeld {
  static constexpr Slot kFloat = {Dtype::float32};
  static constexpr OpTraits kTraits = {
      "ConvGradHeld", 3, {kFloat, {Dtype::uint8}, kFloat}, 3, {kFloat, kFloat, {Dtype::float32, true}}};

  StockConvGrad stock;

  Problem create(const Attributes& attributes) { return stock.create(attributes); }

  Problem compute(const Context& context) const {
    Held held;
    if (Problem problem = held_tensor(context, 1, Dtype::float32, kAnyTensor, held)) return problem;
    ConvGradient gradient;
    if (Problem problem = stock.open(context, held.shape, gradient)) return problem;
    return stock.run_over(context, gradient,
                          [&](float* to) { restore_all(held, active_kernels(), context.workers(), to); });
  }
};

}  // namespace

const ort::CustomOp* conv_grad_held_op() {
  static const CustomOpOf<ConvGradHeld> op;
  return &op;
}

}  // namespace bitgraph
