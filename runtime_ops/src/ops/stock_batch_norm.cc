#include "ops/stock_batch_norm.h"

#include <cstring>
#include <limits>

#include "ops/batch_norm_sample.h"
#include "ops/probe.h"
#include "ops/scratch.h"

namespace bitgraph {

namespace {

constexpr BuiltIn::Signature kOp = {"BatchNormInternal", "com.microsoft", 1, 3, 5, 5};

// The running statistics go in and come out too, and nobody wants them: each its own vector of the room.
enum Vector { kMeanIn, kVarianceIn, kMeanOut, kVarianceOut, kMean, kInvStd, kVectors };

// Floats from one vector to the next. The runtime's own vectors begin at a multiple of 64 bytes, and its
// reciprocal square root has other bits where a vector begins elsewhere.
constexpr std::size_t stride_of(std::size_t channels) { return (channels + 15) / 16 * 16; }

Problem run_op(const BuiltIn& op, const Context& context, const BatchNormInputs& inputs, float* room,
               float* y) {
  const Shape vector = vector_of(inputs.channels);
  const std::size_t stride = stride_of(inputs.channels);
  const auto at = [&](Vector i) { return Argument{room + i * stride, vector}; };
  for (std::size_t i = 0; i < 2 * stride; ++i) room[i] = 1.0f;
  const Argument in[] = {
      {inputs.x, inputs.shape}, {inputs.scale, vector}, {inputs.bias, vector}, at(kMeanIn), at(kVarianceIn)};
  const Argument out[] = {{y, inputs.shape}, at(kMeanOut), at(kVarianceOut), at(kMean), at(kInvStd)};
  return op.run(context, in, out);
}

// With two channels that are spoiled, one by infinity and one by NaN.
struct Sample : BatchNormSample {
  alignas(64) float room[kVectors * stride_of(kChannels)];
  alignas(64) float stock[kCount];
  float ours[kPlane];

  Sample() {
    x[2 * kPlane + 3] = kInfinity;
    x[4 * kPlane + 1] = std::numeric_limits<float>::quiet_NaN();
  }

  BatchNormInputs inputs() const {
    BatchNormInputs all = BatchNormSample::inputs();
    all.mean = room + kMean * stride_of(kChannels);
    all.inv_std = room + kInvStd * stride_of(kChannels);
    return all;
  }
};

}  // namespace

Problem StockBatchNorm::create(const Attributes& attributes) {
  float epsilon = 0;
  if (Problem problem = attributes.number("epsilon", epsilon)) return problem;
  op_.create(attributes, kOp, epsilon);
  return {};
}

Problem StockBatchNorm::formula_holds(const Context& context, bool& holds) const {
  static Probe probe("batch_norm");
  return probe.ask(context, [&](bool& answer) { return check(context, answer); }, holds);
}

Problem StockBatchNorm::check(const Context& context, bool& holds) const {
  if (!op_.exists()) return take_unasked(op_, holds);
  Sample sample;
  const BatchNormInputs inputs = sample.inputs();
  if (Problem problem = run_op(op_, context, inputs, sample.room, sample.stock)) return problem;
  holds = true;
  for (std::size_t i = 0; i < inputs.planes; ++i) {
    const Affine channel = inputs.channel(i % inputs.channels);
    active_kernels().batch_norm.recompute(sample.x + i * inputs.plane, inputs.plane, channel, kEverything,
                                          sample.ours);
    holds = holds && std::memcmp(sample.ours, sample.stock + i * inputs.plane, sizeof sample.ours) == 0;
  }
  return {};
}

Problem StockBatchNorm::run(const Context& context, const BatchNormInputs& inputs, float* y) const {
  if (!op_.exists()) return op_.absence();
  Scratch scratch(context);
  float* room = nullptr;
  if (Problem problem = scratch.take(kVectors * stride_of(inputs.channels), room)) return problem;
  return run_op(op_, context, inputs, room, y);
}

}  // namespace bitgraph
