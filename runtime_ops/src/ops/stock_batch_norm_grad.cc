#include "ops/stock_batch_norm_grad.h"

#include <cstring>

#include "bitgraph/batch_norm_grad.h"
#include "ops/batch_norm_sample.h"
#include "ops/probe.h"
#include "ops/scratch.h"

namespace bitgraph {

namespace {

constexpr BuiltIn::Signature kOp = {"BatchNormalizationGrad", "com.microsoft", 1, 3, 5, 3};

struct Gradients {
  alignas(64) float dx[BatchNormSample::kCount];
  alignas(64) float dscale[BatchNormSample::kChannels];
  alignas(64) float dbias[BatchNormSample::kChannels];
};

bool same(const Gradients& a, const Gradients& b) {
  return std::memcmp(a.dx, b.dx, sizeof a.dx) == 0 && std::memcmp(a.dscale, b.dscale, sizeof a.dscale) == 0 &&
         std::memcmp(a.dbias, b.dbias, sizeof a.dbias) == 0;
}

}  // namespace

void StockBatchNormGrad::create(const Attributes& attributes, float epsilon) {
  op_.create(attributes, kOp, epsilon);
}

Problem StockBatchNormGrad::kernel_holds(const Context& context, bool& holds) const {
  static Probe probe("batch_norm_grad");
  return probe.ask(context, [&](bool& answer) { return check_kernel(context, answer); }, holds);
}

Problem StockBatchNormGrad::check_kernel(const Context& context, bool& holds) const {
  if (!op_.exists()) return take_unasked(op_, holds);
  const BatchNormSample sample;
  const BatchNormInputs inputs = sample.inputs();
  Gradients stock, ours;
  if (Problem problem = run_op(context, sample.dy, inputs, stock.dx, stock.dscale, stock.dbias)) {
    return problem;
  }
  const BatchNormGradient gradient = {BatchNormSample::kBatch,
                                      inputs.channels,
                                      inputs.plane,
                                      sample.dy,
                                      inputs.x,
                                      inputs.scale,
                                      inputs.bias,
                                      inputs.mean,
                                      inputs.inv_std,
                                      Activation(),
                                      ours.dx,
                                      ours.dscale,
                                      ours.dbias};
  bitgraph::run(gradient, active_kernels(), Workers());
  holds = same(stock, ours);
  return {};
}

Problem StockBatchNormGrad::check_in_place(const Context& context, bool& holds) const {
  const BatchNormSample sample;
  Gradients apart, in_place;
  if (Problem problem = run_op(context, sample.dy, sample.inputs(), apart.dx, apart.dscale, apart.dbias)) {
    return problem;
  }
  std::memcpy(in_place.dx, sample.dy, sizeof sample.dy);
  if (Problem problem =
          run_op(context, in_place.dx, sample.inputs(), in_place.dx, in_place.dscale, in_place.dbias)) {
    return problem;
  }
  holds = same(apart, in_place);
  return {};
}

Problem StockBatchNormGrad::run(const Context& context, const float* dy, const BatchNormInputs& inputs,
                                float* dx, float* dscale, float* dbias) const {
  if (!op_.exists()) return op_.absence();
  if (dx != dy) return run_op(context, dy, inputs, dx, dscale, dbias);
  static Probe probe("batch_norm_grad_in_place");
  bool holds = false;
  const auto check = [&](bool& answer) { return check_in_place(context, answer); };
  if (Problem problem = probe.ask(context, check, holds)) return problem;
  if (holds) return run_op(context, dy, inputs, dx, dscale, dbias);
  Scratch scratch(context);
  float* copy = nullptr;
  const auto count = static_cast<std::size_t>(inputs.shape.count);
  if (Problem problem = scratch.take(count, copy)) return problem;
  copy_bytes(dy, count * sizeof(float), active_kernels(), context.workers(), copy);
  return run_op(context, copy, inputs, dx, dscale, dbias);
}

Problem StockBatchNormGrad::run_op(const Context& context, const float* dy, const BatchNormInputs& inputs,
                                   float* dx, float* dscale, float* dbias) const {
  const Shape vector = vector_of(inputs.channels);
  const Argument in[] = {{dy, inputs.shape},
                         {inputs.x, inputs.shape},
                         {inputs.scale, vector},
                         {inputs.mean, vector},
                         {inputs.inv_std, vector}};
  const Argument out[] = {{dx, inputs.shape}, {dscale, vector}, {dbias, vector}};
  return op_.run(context, in, out);
}

}  // namespace bitgraph
