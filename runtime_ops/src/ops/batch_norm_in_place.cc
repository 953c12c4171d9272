// BatchNormInPlace(X, scale, bias, running_mean, running_var) -> (Y, new_mean, new_var, mean, inv_std): the
// runtime's batch normalization in training mode, whose Y may be written over X.
//   epsilon, momentum  as of the normalization
// As with the runtime's own, the new running statistics take the memory of the old ones.
#include <cstring>

#include "ops/batch_norm_sample.h"
#include "ops/invoke.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/probe.h"
#include "ops/scratch.h"

namespace bitgraph {

namespace {

constexpr std::size_t kArguments = 5;
constexpr BuiltIn::Signature kOp = {"BatchNormInternal", "com.microsoft", 1, 3, kArguments, kArguments};

// Its results, apart and over X.
struct Sample : BatchNormSample {
  struct Results {
    alignas(64) float y[kCount];
    alignas(64) float vectors[kArguments - 1][(kChannels + 15) / 16 * 16];
  };
  Results apart = {}, over = {};

  void outputs(Results& results, Argument* out) const {
    out[0] = {results.y, inputs().shape};
    for (std::size_t i = 1; i < kArguments; ++i) out[i] = {results.vectors[i - 1], vector_of(kChannels)};
  }
};

struct BatchNormInPlace {
  static constexpr Slot kFloat = {Dtype::float32};
  static constexpr OpTraits kTraits = {"BatchNormInPlace",
                                       kArguments,
                                       {kFloat, kFloat, kFloat, kFloat, kFloat},
                                       kArguments,
                                       {kFloat, kFloat, kFloat, kFloat, kFloat},
                                       Sharing::in_place,
                                       {0, 0},
                                       Variadic::none,
                                       2,
                                       {{3, 1}, {4, 2}}};

  BuiltIn op;

  Problem create(const Attributes& attributes) {
    float epsilon = 0, momentum = 0;
    if (Problem problem = attributes.number("epsilon", epsilon)) return problem;
    if (Problem problem = attributes.number("momentum", momentum)) return problem;
    OpAttributes own(attributes.api());
    if (Problem problem = own.number("epsilon", epsilon)) return problem;
    if (Problem problem = own.number("momentum", momentum)) return problem;
    if (Problem problem = own.integer("training_mode", 1)) return problem;
    op.create(attributes, kOp, own);
    return {};
  }

  Problem compute(const Context& context) const {
    BatchNormInputs inputs;
    if (Problem problem = read_batch_norm(context, 0, inputs)) return problem;
    const Shape vector = vector_of(inputs.channels);
    Argument in[kArguments];
    read_arguments(inputs, in);
    Argument out[kArguments];
    for (std::size_t i = 0; i < kArguments; ++i) {
      out[i].shape = i == 0 ? inputs.shape : vector;
      void* data = nullptr;
      if (Problem problem = context.output(i, out[i].shape, data)) return problem;
      out[i].data = data;
    }
    if (!op.exists()) return op.absence();
    // Without elements there is no memory, which the runtime needs all the same.
    float nothing = 0;
    if (inputs.shape.count == 0) in[0].data = out[0].data = &nothing;
    bool holds = true;
    if (in[0].data == out[0].data) {
      static Probe probe("batch_norm_in_place");
      const auto check = [&](bool& answer) { return check_in_place(context, answer); };
      if (Problem problem = probe.ask(context, check, holds)) return problem;
    }
    return holds ? op.run(context, in, out) : run_apart(context, in, out);
  }

  static void read_arguments(const BatchNormInputs& inputs, Argument (&in)[kArguments]) {
    const Shape vector = vector_of(inputs.channels);
    in[0] = {inputs.x, inputs.shape};
    const void* const vectors[] = {inputs.scale, inputs.bias, inputs.mean, inputs.inv_std};
    for (std::size_t i = 1; i < kArguments; ++i) in[i] = {vectors[i - 1], vector};
  }

  Problem check_in_place(const Context& context, bool& holds) const {
    Sample sample;
    const BatchNormInputs inputs = sample.inputs();
    Argument in[kArguments];
    read_arguments(inputs, in);
    Argument out[kArguments];
    sample.outputs(sample.apart, out);
    if (Problem problem = op.run(context, in, out)) return problem;
    sample.outputs(sample.over, out);
    std::memcpy(sample.over.y, sample.x, sizeof sample.x);
    in[0].data = sample.over.y;
    if (Problem problem = op.run(context, in, out)) return problem;
    holds = std::memcmp(&sample.apart, &sample.over, sizeof sample.over) == 0;
    return {};
  }

  // Where the runtime may not write over X, it reads a copy.
  Problem run_apart(const Context& context, Argument* in, const Argument* out) const {
    Scratch scratch(context);
    float* copy = nullptr;
    const auto count = static_cast<std::size_t>(in[0].shape.count);
    if (Problem problem = scratch.take(count, copy)) return problem;
    copy_bytes(in[0].data, count * sizeof(float), active_kernels(), context.workers(), copy);
    in[0].data = copy;
    return op.run(context, in, out);
  }
};

}  // namespace

const ort::CustomOp* batch_norm_in_place_op() {
  static const CustomOpOf<BatchNormInPlace> op;
  return &op;
}

}  // namespace bitgraph
