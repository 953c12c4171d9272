// Concat(x, ...) -> y: along an axis behind the batch.
#include "stream/operators.h"

namespace bitgraph::stream {

namespace {

class Concat : public Runner {
 public:
  Problem create(const Attributes& attributes, std::size_t inputs, std::size_t) override {
    std::int64_t axis = 0;
    if (Problem problem = attributes.integer("axis", axis)) return problem;
    if (axis < 1 || axis >= static_cast<std::int64_t>(kMaxRank)) {
      return Problem::say("attribute 'axis' is %lld, not 1 to %zu", static_cast<long long>(axis),
                          kMaxRank - 1);
    }
    axis_ = static_cast<std::size_t>(axis);
    count_ = inputs;
    OpAttributes own(attributes.api());
    if (Problem problem = own.integer("axis", axis)) return problem;
    op_.create(attributes, {"Concat", "", 13, 1, static_cast<int>(inputs), 1}, own);
    return {};
  }

  Problem shapes(const Shape* const* in, Shape* out) const override {
    out[0] = *in[0];
    if (axis_ >= out[0].rank) {
      return Problem::say("attribute 'axis' is %zu, but there are %zu dims", axis_, out[0].rank);
    }
    for (std::size_t i = 1; i < count_; ++i) {
      if (in[i] == nullptr) return Problem::say("argument %zu of %zu is left out", i, count_);
      Shape rest = *in[i];
      if (axis_ < rest.rank) rest.dims[axis_] = in[0]->dims[axis_];
      if (Problem problem = check_same_dims("the first", *in[0], "another", rest)) return problem;
      out[0].dims[axis_] += in[i]->dims[axis_];
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
  std::size_t axis_ = 0, count_ = 0;
  BuiltIn op_;
};

}  // namespace

std::unique_ptr<Runner> make_concat() { return made<Concat>(); }

}  // namespace bitgraph::stream
