#include "ops/stock_batch_norm.h"

#include <cstring>

#include "ops/probe.h"
#include "ops/scratch.h"
#include "target.h"

namespace bitgraph {

namespace {

constexpr BuiltIn::Signature kOp = {"BatchNormInternal", "com.microsoft", 1, 3, 5, 5};

#if BITGRAPH_X86_64
constexpr bool kHoldsUnasked = true;
#else
constexpr bool kHoldsUnasked = false;
#endif

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

// Planes of odd size. Two channels are spoiled, one by infinity and one by NaN.
struct Sample {
  static constexpr std::size_t kBatch = 3, kChannels = 7, kPlane = 39, kCount = kBatch * kChannels * kPlane;
  alignas(64) float room[kVectors * stride_of(kChannels)];
  float x[kCount], scale[kChannels], bias[kChannels], stock[kCount], ours[kPlane];

  Sample() {
    std::uint32_t state = 1;
    const auto next = [&state] {  // In (-1, 1), with all of its bits in use.
      state = state * 1664525u + 1013904223u;
      return static_cast<float>(static_cast<std::int32_t>(state)) / 2147483648.0f;
    };
    for (float& value : x) value = next() * 3.0f;
    for (float& value : scale) value = next() + 1.25f;
    for (float& value : bias) value = next();
    bias[1] = -0.0f;
    x[5] = -0.0f;
    x[2 * kPlane + 3] = kInfinity;
    x[4 * kPlane + 1] = std::numeric_limits<float>::quiet_NaN();
    for (std::size_t i = 0; i < kPlane; ++i) x[6 * kPlane + i] = 1e-41f * next();
  }

  BatchNormInputs inputs() const {
    BatchNormInputs all;
    all.shape.rank = 3;
    const std::uint64_t dims[] = {kBatch, kChannels, kPlane};
    std::memcpy(all.shape.dims, dims, sizeof dims);
    all.shape.count = kCount;
    all.x = x;
    all.scale = scale;
    all.bias = bias;
    all.mean = room + kMean * stride_of(kChannels);
    all.inv_std = room + kInvStd * stride_of(kChannels);
    all.channels = kChannels;
    all.planes = kBatch * kChannels;
    all.plane = kPlane;
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
  holds = kHoldsUnasked;
  if (!op_.exists()) {
    return kHoldsUnasked
               ? Problem()
               : Problem::say("cannot compare with the runtime's own: %.120s", op_.why_not().text());
  }
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
  if (!op_.exists()) return Problem::say("the runtime's own is not to be had: %.120s", op_.why_not().text());
  Scratch scratch(context);
  float* room = nullptr;
  if (Problem problem = scratch.take(kVectors * stride_of(inputs.channels), room)) return problem;
  return run_op(op_, context, inputs, room, y);
}

}  // namespace bitgraph
