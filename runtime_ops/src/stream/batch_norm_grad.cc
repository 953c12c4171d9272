// BatchNormGrad(dY, X, scale, mean, inv_std, bias?) -> (dX, dScale, dBias), as the operator of this name: in
// two phases, as dX needs the sums over all rows.
#include "ops/norm_gradient.h"
#include "stream/batch_norm_arguments.h"

namespace bitgraph::stream {

namespace {

class BatchNormGrad : public Runner {
 public:
  Problem create(const Attributes& attributes, std::size_t inputs, std::size_t) override {
    if (Problem problem = gradient_.create(attributes)) return problem;
    if (gradient_.needs_bias() && inputs < 6) {
      return Problem::say("argument %d, the bias, is needed for the mask: there are %zu", 5, inputs);
    }
    return {};
  }

  Problem shapes(const Shape* const* in, Shape* out) const override {
    if (Problem problem = check_same_dims("dY", *in[0], "X", *in[1])) return problem;
    if (Problem problem = check_channels(in, 1, 5)) return problem;
    out[0] = *in[1];
    out[1] = out[2] = *in[2];
    return {};
  }

  Problem splits(const Context& context, const Shape* const*, bool& holds) const override {
    return gradient_.kernel_holds(context, holds);
  }

  std::size_t state_floats(const Shape* const* in) const override {
    return static_cast<std::size_t>(in[1]->dims[1]) * (sizeof(ChannelSums) / sizeof(float));
  }

  Problem run(const Chunk& chunk) const override {
    BatchNormInputs inputs = planes_of(chunk.in[1]);
    inputs.scale = chunk.in[2].floats();
    inputs.mean = chunk.in[3].floats();
    inputs.inv_std = chunk.in[4].floats();
    inputs.bias = chunk.in[5].floats();
    const float* dy = chunk.in[0].floats();
    float *dx = memory_of(chunk.out[0]), *dscale = memory_of(chunk.out[1]), *dbias = memory_of(chunk.out[2]);
    if (chunk.phase == Phase::whole) return gradient_.run(chunk.context, dy, inputs, dx, dscale, dbias);
    const BatchNormGradient part = gradient_.arguments(dy, inputs, dx, dscale, dbias);
    const auto batch = static_cast<std::size_t>(chunk.batch);
    auto* sums = reinterpret_cast<ChannelSums*>(chunk.state);
    if (chunk.phase == Phase::sums) {
      add_part(part, batch, active_kernels(), chunk.context.workers(), sums);
    } else {
      differentiate_part(part, batch, active_kernels(), chunk.context.workers(), sums);
    }
    return {};
  }

 private:
  NormGradient gradient_;
};

}  // namespace

std::unique_ptr<Runner> make_batch_norm_grad() { return made<BatchNormGrad>(); }

}  // namespace bitgraph::stream
