#include "ops/stock_conv_grad.h"

#include <cstring>
#include <initializer_list>

#include "ops/conv_grad_sample.h"

namespace bitgraph {

namespace {

constexpr BuiltIn::Signature kOp = {"ConvGrad", "com.microsoft", 1, 1, 3, 2};
constexpr BuiltIn::Signature kOpWithBias = {"ConvGrad", "com.microsoft", 1, 1, 3, 3};

Problem read_input(const Context& context, std::size_t i, Argument& argument) {
  Tensor tensor;
  if (Problem problem = context.input(i, tensor)) return problem;
  argument = {tensor.as<float>(), tensor.shape};
  return {};
}

Problem make_output(const Context& context, std::size_t i, const Shape& shape, Argument& argument) {
  void* data = nullptr;
  if (Problem problem = context.output(i, shape, data)) return problem;
  argument = {static_cast<const float*>(data), shape};
  return {};
}

void clear(const Argument& output) {
  const std::size_t bytes = static_cast<std::size_t>(output.shape.count) * sizeof(float);
  if (output.data != nullptr && bytes != 0) std::memset(const_cast<void*>(output.data), 0, bytes);
}

// The sample's buffers as the arguments of one call, with that X and those outputs.
ConvGradient gradient_of(const ConvGradSample& sample, const float* x,
                         const ConvGradSample::Gradients& into) {
  return {{sample.dy, sample.dy_shape}, {x, sample.x_shape},
          {sample.w, sample.w_shape},   {into.dx, sample.x_shape},
          {into.dw, sample.w_shape},    {into.db, vector_of(sample.w_shape.dims[0])}};
}

// One image of a batch.
Argument image(const Argument& batch, std::uint64_t i) {
  Argument one = batch;
  one.shape.count /= batch.shape.dims[0];
  one.shape.dims[0] = 1;
  one.data = batch.floats() + i * one.shape.count;
  return one;
}

Argument without_elements(Argument output) {
  output.shape.dims[0] = output.shape.count = 0;
  return output;
}

}  // namespace

void ConvGradient::clear_sums() const {
  clear(dw);
  clear(db);
}

Problem StockConvGrad::create(const Attributes& attributes) {
  if (Problem problem = attributes_.read(attributes)) return problem;
  OpAttributes own(attributes.api());
  if (Problem problem = attributes_.write(own)) return problem;
  op_.create(attributes, kOp, own);
  op_with_db_.create(attributes, kOpWithBias, own);
  return {};
}

Problem StockConvGrad::open(const Context& context, const Shape& x, ConvGradient& gradient) const {
  if (!op_.exists()) return op_.absence();
  if (!op_with_db_.exists()) return op_with_db_.absence();
  if (Problem problem = read_input(context, 0, gradient.dy)) return problem;
  if (Problem problem = read_input(context, 2, gradient.w)) return problem;
  gradient.x.shape = x;
  const Shape& w = gradient.w.shape;
  if (Problem problem = attributes_.check(gradient.dy.shape, x, w)) return problem;
  if (Problem problem = make_output(context, 0, x, gradient.dx)) return problem;
  if (Problem problem = make_output(context, 1, w, gradient.dw)) return problem;
  void* db = nullptr;
  bool wanted = false;
  if (Problem problem = context.optional_output(2, vector_of(w.dims[0]), db, wanted)) return problem;
  gradient.db = {static_cast<const float*>(db), vector_of(w.dims[0])};
  return {};
}

Problem StockConvGrad::run(const Context& context, const ConvGradient& gradient) const {
  if (gradient.is_empty()) {
    // Every sum is zero; the runtime would divide by zero.
    for (const Argument& output : {gradient.dx, gradient.dw, gradient.db}) clear(output);
    return {};
  }
  return run_op(context, gradient);
}

Problem StockConvGrad::add(const Context& context, const ConvGradient& gradient) const {
  if (gradient.is_empty()) {
    clear(gradient.dx);
    return {};
  }
  ConvGradient onto = gradient;
  onto.dw = without_elements(gradient.dw);
  onto.db = without_elements(gradient.db);
  return run_op(context, onto);
}

Problem StockConvGrad::run_op(const Context& context, const ConvGradient& gradient) const {
  const BuiltIn& op = gradient.db.data == nullptr ? op_ : op_with_db_;
  if (!op.exists()) return op.absence();
  const Argument in[] = {gradient.dy, gradient.x, gradient.w};
  const Argument out[] = {gradient.dx, gradient.dw, gradient.db};
  return op.run(context, in, out);
}

Problem StockConvGrad::in_place_holds(const Context& context, const ConvGradient& gradient,
                                      bool& holds) const {
  return probe_.ask(context, [&](bool& answer) { return check_in_place(context, gradient, answer); }, holds);
}

Problem StockConvGrad::check_in_place(const Context& context, const ConvGradient& gradient,
                                      bool& holds) const {
  ConvGradSample sample(context, attributes_, gradient.w.shape);
  if (Problem problem = sample.fill()) return problem;
  if (Problem problem = run(context, gradient_of(sample, sample.x, sample.apart))) return problem;
  const float* over = sample.in_place.dx;
  if (Problem problem = run(context, gradient_of(sample, over, sample.in_place))) return problem;
  holds = sample.same(sample.apart, sample.in_place);
  return {};
}

Problem StockConvGrad::adds_hold(const Context& context, const Shape& w, bool& holds) const {
  return adds_.ask(context, [&](bool& answer) { return check_adds(context, w, answer); }, holds);
}

Problem StockConvGrad::check_adds(const Context& context, const Shape& w, bool& holds) const {
  ConvGradSample sample(context, attributes_, w);
  if (Problem problem = sample.fill()) return problem;
  if (Problem problem = run(context, gradient_of(sample, sample.x, sample.apart))) return problem;
  const ConvGradient all = gradient_of(sample, sample.x, sample.in_place);
  all.clear_sums();
  for (std::uint64_t i = 0; i < sample.x_shape.dims[0]; ++i) {
    ConvGradient one = all;
    one.dy = image(all.dy, i);
    one.x = image(all.x, i);
    one.dx = image(all.dx, i);
    if (Problem problem = add(context, one)) return problem;
  }
  holds = sample.same(sample.apart, sample.in_place);
  return {};
}

Problem StockConvGrad::over_dy_holds(const Context& context, const Shape& w, bool& holds) const {
  return over_dy_.ask(context, [&](bool& answer) { return check_over_dy(context, w, answer); }, holds);
}

Problem StockConvGrad::check_over_dy(const Context& context, const Shape& w, bool& holds) const {
  ConvGradSample sample(context, attributes_, w);
  if (Problem problem = sample.fill()) return problem;
  // Where the sample's two differ in size it cannot tell.
  if (sample.dy_shape.count != sample.x_shape.count) return {};
  if (Problem problem = run(context, gradient_of(sample, sample.x, sample.apart))) return problem;
  std::memcpy(sample.in_place.dx, sample.dy, static_cast<std::size_t>(sample.dy_shape.count) * sizeof(float));
  ConvGradient over = gradient_of(sample, sample.x, sample.in_place);
  over.dy.data = sample.in_place.dx;
  if (Problem problem = run(context, over)) return problem;
  holds = sample.same(sample.apart, sample.in_place);
  return {};
}

}  // namespace bitgraph
