// Conv(X, W, B?) -> Y: the runtime's own, some images at a time.
#include <cstring>

#include "ops/conv_grad_sample.h"
#include "ops/probe.h"
#include "stream/operators.h"

namespace bitgraph::stream {

namespace {

class Conv : public Runner {
 public:
  Problem create(const Attributes& attributes, std::size_t inputs, std::size_t) override {
    if (Problem problem = attributes_.read(attributes)) return problem;
    OpAttributes own(attributes.api());
    if (Problem problem = attributes_.write(own)) return problem;
    op_.create(attributes, {"Conv", "", 11, 1, static_cast<int>(inputs), 1}, own);
    return {};
  }

  Problem shapes(const Shape* const* in, Shape* out) const override {
    if (Problem problem = attributes_.output(*in[0], *in[1], out[0])) return problem;
    if (in[2] == nullptr) return {};
    return check_same_dims("B", *in[2], "a vector of W's outputs", vector_of(in[1]->dims[0]));
  }

  Problem run(const Chunk& chunk) const override {
    if (!op_.exists()) return op_.absence();
    const Argument& x = chunk.in[0];
    if (x.data != chunk.out[0].data) return op_.run(chunk.context, chunk.in, chunk.out);
    // Y over X: each element of X is read for several of Y.
    Scratch scratch(chunk.context);
    const auto count = static_cast<std::size_t>(x.shape.count);
    float* copy = nullptr;
    if (Problem problem = scratch.take(count, copy)) return problem;
    std::memcpy(copy, x.data, count * sizeof(float));
    Argument in[kMaxArguments];
    std::memcpy(in, chunk.in, sizeof in);
    in[0].data = copy;
    return op_.run(chunk.context, in, chunk.out);
  }

  Problem splits(const Context& context, const Shape* const* in, bool& holds) const override {
    if (!op_.exists()) return op_.absence();
    return probe_.ask(context, [&](bool& answer) { return check(context, *in[1], answer); }, holds);
  }

  // Where the kernel has one element and one group, the runtime gives several images a thread each, but
  // shares a single one among its threads, and then adds in blocks of another size.
  std::uint64_t least_rows(const Shape* const* in) const override {
    const Shape& w = *in[1];
    const bool is_direct = attributes_.group() == 1 && w.count == w.dims[0] * w.dims[1];
    return is_direct ? 2 : 1;
  }

 private:
  Problem check(const Context& context, const Shape& w, bool& holds) const {
    ConvGradSample sample(context, attributes_, w);
    if (Problem problem = sample.fill()) return problem;
    Argument in[] = {{sample.x, sample.x_shape}, {sample.w, sample.w_shape}, {}};
    in[2] = {sample.apart.db, vector_of(sample.w_shape.dims[0])};
    const auto count = static_cast<std::size_t>(sample.dy_shape.count);
    Scratch scratch(context);
    float* apart = nullptr;
    if (Problem problem = scratch.take(count, apart)) return problem;
    Argument out = {sample.dy, sample.dy_shape};
    if (Problem problem = op_.run(context, in, &out)) return problem;
    in[0].shape.dims[0] = out.shape.dims[0] = 1;
    in[0].shape.count /= sample.x_shape.dims[0];
    out.shape.count /= sample.dy_shape.dims[0];
    for (std::uint64_t i = 0; i < sample.x_shape.dims[0]; ++i) {
      in[0].data = sample.x + i * in[0].shape.count;
      out.data = apart + i * out.shape.count;
      if (Problem problem = op_.run(context, in, &out)) return problem;
    }
    holds = std::memcmp(apart, sample.dy, count * sizeof(float)) == 0;
    return {};
  }

  ConvAttributes attributes_;
  BuiltIn op_;
  mutable Probe probe_{"conv_by_samples"};
};

}  // namespace

std::unique_ptr<Runner> make_conv() { return made<Conv>(); }

}  // namespace bitgraph::stream
