#include "ops/stock_layer_norm_grad.h"

#include <cstring>

#include "bitgraph/layer_norm_grad.h"
#include "ops/probe.h"
#include "ops/sample_numbers.h"
#include "ops/scratch.h"

namespace bitgraph {

namespace {

constexpr BuiltIn::Signature kOp = {"LayerNormalizationGrad", "com.microsoft", 1, 1, 5, 3};

// An odd width, so that rows begin at every alignment, and rows left over from fours.
struct Sample {
  static constexpr std::size_t kRows = 11, kWidth = 39, kCount = kRows * kWidth;

  alignas(64) float dy[kCount];
  alignas(64) float x[kCount];
  alignas(64) float scale[kWidth];
  alignas(64) float mean[kRows];
  alignas(64) float inv_std[kRows];

  Sample() {
    SampleNumbers numbers;
    const auto next = [&numbers] { return numbers.next(); };
    for (float& value : x) value = next() * 3.0f;
    for (float& value : dy) value = next();
    for (float& value : scale) value = next() + 1.25f;
    for (float& value : mean) value = next();
    for (float& value : inv_std) value = next() + 1.5f;
    scale[1] = x[5] = dy[6] = -0.0f;
  }

  LayerNormInputs inputs() const {
    Shape shape;
    shape.rank = 2;
    shape.dims[0] = kRows;
    shape.dims[1] = kWidth;
    shape.count = kCount;
    return {shape, kRows, kWidth, dy, x, scale, mean, inv_std};
  }
};

struct Gradients {
  alignas(64) float dx[Sample::kCount];
  alignas(64) float dscale[Sample::kWidth];
  alignas(64) float dbias[Sample::kWidth];

  LayerNormOutputs outputs() { return {dx, dscale, dbias}; }
};

bool same(const Gradients& a, const Gradients& b) {
  return std::memcmp(a.dx, b.dx, sizeof a.dx) == 0 && std::memcmp(a.dscale, b.dscale, sizeof a.dscale) == 0 &&
         std::memcmp(a.dbias, b.dbias, sizeof a.dbias) == 0;
}

}  // namespace

Problem differentiate(const Context& context, const LayerNormInputs& inputs,
                      const LayerNormOutputs& outputs) {
  Scratch scratch(context);
  float* pending = nullptr;
  if (Problem problem = scratch.take(LayerNormGradient::kPending * inputs.width, pending)) return problem;
  LayerNormGradient gradient(inputs.rows, inputs.width, inputs.scale, outputs.dscale, outputs.dbias, pending);
  gradient.take({inputs.rows, inputs.dy, inputs.x, inputs.mean, inputs.inv_std, outputs.dx},
                active_kernels());
  return {};
}

void StockLayerNormGrad::create(const Attributes& attributes) {
  // Whatever the node's axis, it is run on rows.
  OpAttributes own(attributes.api());
  if (!own.integer("axis", 1) && !own.number("epsilon", 1e-5f)) op_.create(attributes, kOp, own);
}

Problem StockLayerNormGrad::kernel_holds(const Context& context, bool& holds) const {
  static Probe probe("layer_norm_grad");
  return probe.ask(context, [&](bool& answer) { return check_kernel(context, answer); }, holds);
}

Problem StockLayerNormGrad::check_kernel(const Context& context, bool& holds) const {
  if (!op_.exists()) return take_unasked(op_, holds);
  const Sample sample;
  Gradients stock, ours;
  if (Problem problem = run_op(context, sample.inputs(), stock.outputs())) return problem;
  if (Problem problem = differentiate(context, sample.inputs(), ours.outputs())) return problem;
  holds = same(stock, ours);
  return {};
}

Problem StockLayerNormGrad::run(const Context& context, const LayerNormInputs& inputs,
                                const LayerNormOutputs& outputs) const {
  if (!op_.exists()) return op_.absence();
  if (outputs.dx != inputs.dy) return run_op(context, inputs, outputs);
  Scratch scratch(context);
  float* copy = nullptr;
  const auto count = static_cast<std::size_t>(inputs.shape.count);
  if (Problem problem = scratch.take(count, copy)) return problem;
  copy_bytes(inputs.dy, count * sizeof(float), active_kernels(), context.workers(), copy);
  LayerNormInputs apart = inputs;
  apart.dy = copy;
  return run_op(context, apart, outputs);
}

Problem StockLayerNormGrad::run_op(const Context& context, const LayerNormInputs& inputs,
                                   const LayerNormOutputs& outputs) const {
  Shape rows;
  rows.rank = 2;
  rows.dims[0] = inputs.rows;
  rows.dims[1] = inputs.width;
  rows.count = inputs.shape.count;
  const Shape row = vector_of(inputs.width), column = vector_of(inputs.rows);
  const Argument in[] = {{inputs.dy, rows},
                         {inputs.x, rows},
                         {inputs.scale, row},
                         {inputs.mean, column},
                         {inputs.inv_std, column}};
  const Argument out[] = {{outputs.dx, rows}, {outputs.dscale, row}, {outputs.dbias, row}};
  return op_.run(context, in, out);
}

}  // namespace bitgraph
