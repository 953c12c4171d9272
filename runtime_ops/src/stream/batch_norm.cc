// BatchNormRecompute(X, scale, bias, mean, inv_std) -> Y and BatchNormMaskGrad(dY, X, scale, bias, mean,
// inv_std) -> dX, as the operators of these names. Where our formula is not the runtime's, its own needs the
// whole batch.
#include "ops/batch_norm_mask.h"
#include "stream/batch_norm_arguments.h"

namespace bitgraph::stream {

namespace {

class Normalized : public Runner {
 public:
  Problem splits(const Context& context, const Shape* const*, bool& holds) const override {
    return stock_.formula_holds(context, holds);
  }

 protected:
  Problem create_with(const Attributes& attributes, const char* name) {
    if (Problem problem = stock_.create(attributes)) return problem;
    return read_activation(attributes, name, activation_);
  }

  Activation activation_;
  StockBatchNorm stock_;
};

class Recompute : public Normalized {
 public:
  Problem create(const Attributes& attributes, std::size_t, std::size_t) override {
    return create_with(attributes, "activation");
  }

  Problem shapes(const Shape* const* in, Shape* out) const override {
    out[0] = *in[0];
    return check_channels(in, 0, 4);
  }

  Problem run(const Chunk& chunk) const override {
    return recompute(chunk.context, stock_, activation_, normalized(chunk.in), memory_of(chunk.out[0]));
  }
};

class MaskGrad : public Normalized {
 public:
  Problem create(const Attributes& attributes, std::size_t, std::size_t) override {
    if (Problem problem = create_with(attributes, "mode")) return problem;
    return activation_.mask == Mask::none ? Problem::say("mode 'none' has no mask") : Problem();
  }

  Problem shapes(const Shape* const* in, Shape* out) const override {
    out[0] = *in[0];
    if (Problem problem = check_same_dims("dY", *in[0], "X", *in[1])) return problem;
    return check_channels(in, 1, 5);
  }

  Problem run(const Chunk& chunk) const override {
    return mask_gradient(chunk.context, stock_, activation_, chunk.in[0].floats(), normalized(chunk.in + 1),
                         memory_of(chunk.out[0]));
  }
};

}  // namespace

std::unique_ptr<Runner> make_batch_norm_recompute() { return made<Recompute>(); }
std::unique_ptr<Runner> make_batch_norm_mask_grad() { return made<MaskGrad>(); }

}  // namespace bitgraph::stream
