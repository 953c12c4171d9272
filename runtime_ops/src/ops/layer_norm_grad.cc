// LayerNormGrad(dY, X, scale, mean, inv_std) -> (dX, dScale, dBias): the gradient of layer normalization.
//   axis  the first dim of a row; a negative one counts from behind
// scale has the dims of a row; mean and inv_std have one element a row. dX may be written over dY.
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/stock_layer_norm_grad.h"

namespace bitgraph {

namespace {

Problem check_count(const char* name, const Shape& shape, std::size_t wanted, const char* what) {
  if (shape.count == wanted) return {};
  return Problem::say("%s has %llu elements, %s are %zu", name, static_cast<unsigned long long>(shape.count),
                      what, wanted);
}

struct LayerNormGrad {
  static constexpr Slot kFloat = {Dtype::float32};
  static constexpr OpTraits kTraits = {
      "LayerNormGrad",  5, {kFloat, kFloat, kFloat, kFloat, kFloat}, 3, {kFloat, kFloat, kFloat},
      Sharing::in_place};

  std::int64_t axis = 0;
  StockLayerNormGrad stock;

  Problem create(const Attributes& attributes) {
    if (Problem problem = attributes.integer("axis", axis)) return problem;
    stock.create(attributes);
    return {};
  }

  Problem compute(const Context& context) const {
    Tensor dy, x, scale, mean, inv_std;
    Tensor* const tensors[] = {&dy, &x, &scale, &mean, &inv_std};
    for (std::size_t i = 0; i < 5; ++i) {
      if (Problem problem = context.input(i, *tensors[i])) return problem;
    }
    if (Problem problem = check_same_dims("dY", dy.shape, "X", x.shape)) return problem;
    LayerNormInputs inputs = {x.shape,
                              0,
                              1,
                              dy.as<float>(),
                              x.as<float>(),
                              scale.as<float>(),
                              mean.as<float>(),
                              inv_std.as<float>()};
    if (Problem problem = measure(inputs)) return problem;
    if (Problem problem = check_count("scale", scale.shape, inputs.width, "elements of a row"))
      return problem;
    if (Problem problem = check_count("mean", mean.shape, inputs.rows, "rows")) return problem;
    if (Problem problem = check_count("inv_std", inv_std.shape, inputs.rows, "rows")) return problem;
    void *dx = nullptr, *dscale = nullptr, *dbias = nullptr;
    if (Problem problem = context.output(0, dy.shape, dx)) return problem;
    if (Problem problem = context.output(1, scale.shape, dscale)) return problem;
    if (Problem problem = context.output(2, scale.shape, dbias)) return problem;
    const LayerNormOutputs outputs = {static_cast<float*>(dx), static_cast<float*>(dscale),
                                      static_cast<float*>(dbias)};
    if (inputs.width == 0) return {};
    bool holds = false;
    if (Problem problem = stock.kernel_holds(context, holds)) return problem;
    return holds || inputs.rows == 0 ? differentiate(context, inputs, outputs)
                                     : stock.run(context, inputs, outputs);
  }

  Problem measure(LayerNormInputs& inputs) const {
    const auto rank = static_cast<std::int64_t>(inputs.shape.rank);
    const std::int64_t first = axis < 0 ? axis + rank : axis;
    if (first < 0 || first >= rank) {
      return Problem::say("axis is %lld, X has rank %lld", static_cast<long long>(axis),
                          static_cast<long long>(rank));
    }
    inputs.rows = 1;
    for (std::int64_t i = 0; i < rank; ++i) {
      const auto dim = static_cast<std::size_t>(inputs.shape.dims[i]);
      (i < first ? inputs.rows : inputs.width) *= dim;
    }
    return {};
  }
};

}  // namespace

const ort::CustomOp* layer_norm_grad_op() {
  static const CustomOpOf<LayerNormGrad> op;
  return &op;
}

}  // namespace bitgraph
