// ConvGrad(dY, X, W) -> (dX?, dW, dB?): the runtime's own, some images at a time. dX may lie over dY.
#include <cstring>

#include "ops/stock_conv_grad.h"
#include "stream/operators.h"
#include "stream/room.h"

namespace bitgraph::stream {

namespace {

class ConvGrad : public Runner {
 public:
  Problem create(const Attributes& attributes, std::size_t, std::size_t) override {
    return stock_.create(attributes);
  }

  Problem shapes(const Shape* const* in, Shape* out) const override {
    if (Problem problem = stock_.convolution().check(*in[0], *in[1], *in[2])) return problem;
    out[0] = *in[1];
    out[1] = *in[2];
    out[2] = vector_of(in[2]->dims[0]);
    return {};
  }

  Problem splits(const Context& context, const Shape* const* in, bool& holds) const override {
    return stock_.adds_hold(context, *in[2], holds);
  }

  Problem run(const Chunk& chunk) const override {
    ConvGradient gradient = {chunk.in[0], chunk.in[1], chunk.in[2], chunk.out[0], chunk.out[1], chunk.out[2]};
    Scratch scratch(chunk.context);
    if (gradient.dx.data == gradient.dy.data && !gradient.is_empty()) {
      if (Problem problem = keep_apart(chunk.context, scratch, gradient)) return problem;
    }
    if (chunk.is_whole()) return stock_.run(chunk.context, gradient);
    if (chunk.begin == 0) gradient.clear_sums();
    return stock_.add(chunk.context, gradient);
  }

 private:
  // A copy of dY where dX over it would spoil it, at an address of the same alignment: sums depend on that.
  Problem keep_apart(const Context& context, Scratch& scratch, ConvGradient& gradient) const {
    bool holds = false;
    if (Problem problem = stock_.over_dy_holds(context, gradient.w.shape, holds)) return problem;
    if (holds) return {};
    const auto count = static_cast<std::size_t>(gradient.dy.shape.count);
    float* copy = nullptr;
    if (Problem problem = scratch.take(count + kLine, copy)) return problem;
    const auto place = [](const float* p) { return reinterpret_cast<std::uintptr_t>(p) / sizeof(float); };
    copy += (place(gradient.dy.floats()) - place(copy)) % kLine;
    std::memcpy(copy, gradient.dy.data, count * sizeof(float));
    gradient.dy.data = copy;
    return {};
  }

  StockConvGrad stock_;
};

}  // namespace

std::unique_ptr<Runner> make_conv_grad() { return made<ConvGrad>(); }

}  // namespace bitgraph::stream
