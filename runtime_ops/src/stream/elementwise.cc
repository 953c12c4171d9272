// Operators of the runtime that make each element of one place, or of two with one repeated along the other.
#include <limits>

#include "stream/operators.h"

namespace bitgraph::stream {

namespace {

// y = f(x).
class OfOne : public Runner {
 public:
  explicit OfOne(BuiltIn::Signature signature) : signature_(signature) {}

  Problem create(const Attributes& attributes, std::size_t, std::size_t) override {
    op_.create(attributes, signature_, OpAttributes(attributes.api()));
    return {};
  }

  Problem shapes(const Shape* const* in, Shape* out) const override {
    out[0] = *in[0];
    return {};
  }

  Problem run(const Chunk& chunk) const override {
    if (!op_.exists()) return op_.absence();
    return op_.run(chunk.context, chunk.in, chunk.out);
  }

 protected:
  BuiltIn::Signature signature_;
  BuiltIn op_;
};

// With bounds that are whole scalars, or the largest numbers.
class Clip : public OfOne {
 public:
  Clip() : OfOne({"Clip", "", 13, 1, 3, 1}) {}

  Problem shapes(const Shape* const* in, Shape* out) const override {
    for (int i = 1; i < 3; ++i) {
      if (in[i] == nullptr || (in[i]->count == 1 && in[i]->rank <= 1)) continue;
      return Problem::say("argument %d has rank %zu, a scalar of rank %d is needed", i, in[i]->rank, 0);
    }
    return OfOne::shapes(in, out);
  }

  Problem run(const Chunk& chunk) const override {
    if (!op_.exists()) return op_.absence();
    constexpr float kBounds[] = {std::numeric_limits<float>::lowest(), std::numeric_limits<float>::max()};
    Argument in[] = {chunk.in[0], chunk.in[1], chunk.in[2]};
    for (int i = 1; i < 3; ++i) {
      if (in[i].data == nullptr) in[i].data = &kBounds[i - 1];
      in[i].shape = Shape();
    }
    return op_.run(chunk.context, in, chunk.out);
  }
};

class HardSigmoid : public OfOne {
 public:
  HardSigmoid() : OfOne({"HardSigmoid", "", 6, 1, 1, 1}) {}

  Problem create(const Attributes& attributes, std::size_t, std::size_t) override {
    float alpha = 0.2f, beta = 0.5f;
    attributes.number("alpha", alpha);
    attributes.number("beta", beta);
    return make(attributes, alpha, beta);
  }

  Problem make(const Attributes& attributes, float alpha, float beta) {
    OpAttributes own(attributes.api());
    if (Problem problem = own.number("alpha", alpha)) return problem;
    if (Problem problem = own.number("beta", beta)) return problem;
    op_.create(attributes, signature_, own);
    return {};
  }
};

// As the runtime takes it apart: x * HardSigmoid(x).
class HardSwish : public HardSigmoid {
 public:
  Problem create(const Attributes& attributes, std::size_t, std::size_t) override {
    product_.create(attributes, {"Mul", "", 14, 1, 2, 1}, OpAttributes(attributes.api()));
    return make(attributes, static_cast<float>(1.0 / 6.0), 0.5f);
  }

  Problem run(const Chunk& chunk) const override {
    if (!product_.exists()) return product_.absence();
    if (Problem problem = HardSigmoid::run(chunk)) return problem;
    const Argument factors[] = {chunk.in[0], chunk.out[0]};
    return product_.run(chunk.context, factors, chunk.out);
  }

 private:
  BuiltIn product_;
};

// z = f(x, y), where an argument may be repeated along axes of the other, but not along the batch: one that
// is whole has a 1 there, or no such axis.
class OfTwo : public Runner {
 public:
  explicit OfTwo(const char* name) : name_(name) {}

  Problem create(const Attributes& attributes, std::size_t, std::size_t) override {
    op_.create(attributes, {name_, "", 14, 1, 2, 1}, OpAttributes(attributes.api()));
    return {};
  }

  Problem shapes(const Shape* const* in, Shape* out) const override {
    const bool first_is_longer = in[0]->rank >= in[1]->rank;
    out[0] = first_is_longer ? *in[0] : *in[1];
    const Shape& other = first_is_longer ? *in[1] : *in[0];
    const std::size_t ahead = out[0].rank - other.rank;
    for (std::size_t i = 0; i < other.rank; ++i) {
      std::uint64_t& dim = out[0].dims[ahead + i];
      if (dim != other.dims[i] && dim != 1 && other.dims[i] != 1) {
        return Problem::say("the arguments have %llu and %llu as dim %zu",
                            static_cast<unsigned long long>(dim),
                            static_cast<unsigned long long>(other.dims[i]), ahead + i);
      }
      if (dim == 1) dim = other.dims[i];
    }
    if (set_count(out[0])) return {};
    return Problem::say("a result of rank %zu has more than %llu elements", out[0].rank,
                        static_cast<unsigned long long>(kMaxCount));
  }

  Problem run(const Chunk& chunk) const override {
    if (!op_.exists()) return op_.absence();
    return op_.run(chunk.context, chunk.in, chunk.out);
  }

 private:
  const char* name_;
  BuiltIn op_;
};

}  // namespace

std::unique_ptr<Runner> make_relu() { return made<OfOne>(BuiltIn::Signature{"Relu", "", 14, 1, 1, 1}); }
std::unique_ptr<Runner> make_clip() { return made<Clip>(); }
std::unique_ptr<Runner> make_sigmoid() { return made<OfOne>(BuiltIn::Signature{"Sigmoid", "", 13, 1, 1, 1}); }
std::unique_ptr<Runner> make_tanh() { return made<OfOne>(BuiltIn::Signature{"Tanh", "", 13, 1, 1, 1}); }
std::unique_ptr<Runner> make_hard_sigmoid() { return made<HardSigmoid>(); }
std::unique_ptr<Runner> make_hard_swish() { return made<HardSwish>(); }
std::unique_ptr<Runner> make_add() { return made<OfTwo>("Add"); }
std::unique_ptr<Runner> make_sub() { return made<OfTwo>("Sub"); }
std::unique_ptr<Runner> make_mul() { return made<OfTwo>("Mul"); }
std::unique_ptr<Runner> make_div() { return made<OfTwo>("Div"); }

}  // namespace bitgraph::stream
