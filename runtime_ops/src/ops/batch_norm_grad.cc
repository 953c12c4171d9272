// BatchNormGrad(dY, X, scale, mean, inv_std, bias?) -> (dX, dScale, dBias): the gradient of batch
// normalization in training mode, with that of the activation behind it before it; then bias is needed, for
// the mask.
//   activation  "none", "relu" or "clip" with low and high; what it does to dY is told in BatchNormMaskGrad
//   epsilon     as in BatchNormRecompute
// dX may be written over dY.
#include "bitgraph/batch_norm_grad.h"

#include "ops/batch_norm_mask.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/stock_batch_norm_grad.h"

namespace bitgraph {

namespace {

struct BatchNormGrad {
  static constexpr Slot kFloat = {Dtype::float32};
  static constexpr OpTraits kTraits = {"BatchNormGrad",
                                       6,
                                       {kFloat, kFloat, kFloat, kFloat, kFloat, {Dtype::float32, true}},
                                       3,
                                       {kFloat, kFloat, kFloat},
                                       Sharing::in_place};

  Activation activation;
  StockBatchNorm stock;
  StockBatchNormGrad stock_grad;

  Problem create(const Attributes& attributes) {
    float epsilon = 0;
    if (Problem problem = attributes.number("epsilon", epsilon)) return problem;
    stock_grad.create(attributes, epsilon);
    if (Problem problem = read_activation(attributes, "activation", activation)) return problem;
    return activation.mask == Mask::none ? Problem() : stock.create(attributes);
  }

  Problem compute(const Context& context) const {
    Tensor dy;
    if (Problem problem = context.input(0, dy)) return problem;
    BatchNormInputs inputs;
    const bool masks = activation.mask != Mask::none;
    if (Problem problem = read_gradient_inputs(context, masks, inputs)) return problem;
    if (Problem problem = check_same_dims("dY", dy.shape, "X", inputs.shape)) return problem;
    void *dx = nullptr, *dscale = nullptr, *dbias = nullptr;
    if (Problem problem = context.output(0, dy.shape, dx)) return problem;
    if (Problem problem = context.output(1, vector_of(inputs.channels), dscale)) return problem;
    if (Problem problem = context.output(2, vector_of(inputs.channels), dbias)) return problem;
    return differentiate(context, dy.as<float>(), inputs, static_cast<float*>(dx),
                         static_cast<float*>(dscale), static_cast<float*>(dbias));
  }

  Problem differentiate(const Context& context, const float* dy, const BatchNormInputs& inputs, float* dx,
                        float* dscale, float* dbias) const {
    bool kernel_holds = false, formula_holds = activation.mask == Mask::none;
    if (Problem problem = stock_grad.kernel_holds(context, kernel_holds)) return problem;
    if (!formula_holds) {
      if (Problem problem = stock.formula_holds(context, formula_holds)) return problem;
    }
    if (inputs.shape.count == 0 || (kernel_holds && formula_holds)) {
      const std::size_t samples = inputs.channels == 0 ? 0 : inputs.planes / inputs.channels;
      run({samples, inputs.channels, inputs.plane, dy, inputs.x, inputs.scale, inputs.bias, inputs.mean,
           inputs.inv_std, activation, dx, dscale, dbias},
          active_kernels(), context.workers());
      return {};
    }
    const float* masked = dy;
    if (activation.mask != Mask::none) {
      if (Problem problem = mask_gradient(context, stock, activation, dy, inputs, dx)) return problem;
      masked = dx;
    }
    return stock_grad.run(context, masked, inputs, dx, dscale, dbias);
  }
};

}  // namespace

const ort::CustomOp* batch_norm_grad_op() {
  static const CustomOpOf<BatchNormGrad> op;
  return &op;
}

}  // namespace bitgraph
