// Concat(x, ...) -> y: along an axis behind the batch. Copied here: made one by one, the runtime's own takes
// its first argument alone.
#include <cstring>

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
    const auto run_of = [this](const Argument& argument) {
      std::size_t floats = 1;
      for (std::size_t i = axis_; i < argument.shape.rank; ++i) {
        floats *= static_cast<std::size_t>(argument.shape.dims[i]);
      }
      return floats;
    };
    const std::size_t whole = run_of(chunk.out[0]);
    const std::size_t runs = static_cast<std::size_t>(chunk.out[0].shape.count) / whole;
    float* out = memory_of(chunk.out[0]);
    for (std::size_t k = 0; k < count_; ++k) {
      const std::size_t own = run_of(chunk.in[k]);
      for (std::size_t i = 0; i < runs && own != 0; ++i) {
        std::memcpy(out + i * whole, chunk.in[k].floats() + i * own, own * sizeof(float));
      }
      out += own;
    }
    return {};
  }

 private:
  std::size_t axis_ = 0, count_ = 0;
};

}  // namespace

std::unique_ptr<Runner> make_concat() { return made<Concat>(); }

}  // namespace bitgraph::stream
