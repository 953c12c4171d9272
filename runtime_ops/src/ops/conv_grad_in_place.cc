// ConvGradInPlace(dY, X, W) -> (dX, dW, dB?): the runtime's ConvGrad, whose dX may be written over X.
//   auto_pad, dilations, group, kernel_shape, pads, strides  as of the Conv, see ConvAttributes
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/stock_conv_grad.h"

namespace bitgraph {

namespace {

struct ConvGradInPlace {
  static constexpr Slot kFloat = {Dtype::float32};
  static constexpr OpTraits kTraits = {
      "ConvGradInPlace", 3,     {kFloat, kFloat, kFloat}, 3, {kFloat, kFloat, {Dtype::float32, true}},
      Sharing::in_place, {1, 0}};

  StockConvGrad stock;

  Problem create(const Attributes& attributes) { return stock.create(attributes); }

  Problem compute(const Context& context) const {
    Tensor x;
    if (Problem problem = context.input(1, x)) return problem;
    ConvGradient gradient;
    if (Problem problem = stock.open(context, x.shape, gradient)) return problem;
    gradient.x.data = x.as<float>();
    if (gradient.dx.data != gradient.x.data) return stock.run(context, gradient);
    const std::uint64_t bytes = x.shape.count * sizeof(float);
    return stock.run_over(context, gradient, [&](float* to) {
      copy_bytes(x.data, bytes, active_kernels(), context.workers(), to);
    });
  }
};

}  // namespace

const ort::CustomOp* conv_grad_in_place_op() {
  static const CustomOpOf<ConvGradInPlace> op;
  return &op;
}

}  // namespace bitgraph
