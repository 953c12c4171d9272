// DropoutBitsGrad(dY, held) -> dX: dY * (bit ? 1 : 0) / (1 - ratio), as DropoutGrad gives it of the bools.
//   ratio  in (0, 1)
// dX may be written over dY.
#include "ops/held_mask.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/scratch.h"
#include "ops/stock_dropout.h"

namespace bitgraph {

namespace {

struct DropoutBitsGrad {
  static constexpr OpTraits kTraits = {
      "DropoutBitsGrad", 2, {{Dtype::float32}, {Dtype::uint8}}, 1, {{Dtype::float32}}, Sharing::in_place};

  StockDropout stock;

  Problem create(const Attributes& attributes) { return stock.create(attributes); }

  Problem compute(const Context& context) const {
    Tensor dy;
    if (Problem problem = context.input(0, dy)) return problem;
    Held held;
    if (Problem problem = context.held_input(1, Dtype::boolean, held)) return problem;
    if (Problem problem = check_mask(held, dy.shape)) return problem;
    void* output = nullptr;
    if (Problem problem = context.output(0, dy.shape, output)) return problem;
    auto* dx = static_cast<float*>(output);
    bool holds = false;
    if (Problem problem = stock.kernels_hold(context, holds)) return problem;
    if (!holds) return run_stock(context, dy, held, dx);
    drop(context, dy.as<float>(), held.bits, dy.shape.count, stock.ratio(), dx);
    return {};
  }

  Problem run_stock(const Context& context, const Tensor& dy, const Held& held, float* dx) const {
    const auto count = static_cast<std::size_t>(dy.shape.count);
    if (count == 0) return {};
    Scratch scratch(context);
    float* memory = nullptr;
    if (Problem problem = scratch.take(count / sizeof(float) + 1, memory)) return problem;
    auto* kept = reinterpret_cast<std::uint8_t*>(memory);
    active_kernels().unpack_bools(held.bits, count, kept);
    return stock.run_gradient(context, dy.as<float>(), reinterpret_cast<const bool*>(kept), count, dx);
  }
};

}  // namespace

const ort::CustomOp* dropout_bits_grad_op() {
  static const CustomOpOf<DropoutBitsGrad> op;
  return &op;
}

}  // namespace bitgraph
