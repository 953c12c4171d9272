// MaskPack(X, low?, high?) -> held: one bit an element, as MaskPack holds it, see there.
#include <cstring>

#include "bitgraph/held.h"
#include "float_bits.h"
#include "stream/operators.h"

namespace bitgraph::stream {

namespace {

class MaskPack : public Runner {
 public:
  Problem create(const Attributes& attributes, std::size_t inputs, std::size_t) override {
    char predicate[16] = "";
    if (Problem problem = attributes.text("predicate", predicate, sizeof predicate)) return problem;
    positive_ = std::strcmp(predicate, "positive") == 0;
    if (positive_ ? inputs == 1 : std::strcmp(predicate, "within") == 0) return {};
    return Problem::say("predicate is '%s' with %zu arguments, not 'positive' or 'within'", predicate,
                        inputs);
  }

  Problem shapes(const Shape* const* in, Shape* out) const override {
    for (std::size_t i = 1; i <= 2; ++i) {
      if (in[i] == nullptr || in[i]->count == 1) continue;
      return Problem::say("argument %zu has %llu elements, a bound has 1", i,
                          static_cast<unsigned long long>(in[i]->count));
    }
    out[0] = *in[0];
    return {};
  }

  // Chunks begin where a byte of bits does.
  Problem splits(const Context&, const Shape* const* in, bool& holds) const override {
    holds = in[0]->dims[0] == 0 || in[0]->count / in[0]->dims[0] % 8 == 0;
    return {};
  }

  Problem run(const Chunk& chunk) const override {
    const Argument &x = chunk.in[0], &blob = chunk.out[0];
    const Layout layout = layout_of(Encoding::bits, sizeof(float), blob.shape, 0);
    const std::uint64_t count = x.shape.count, first = chunk.begin * (blob.shape.count / chunk.batch);
    auto* bits = static_cast<std::uint8_t*>(const_cast<void*>(blob.data)) + layout.bits + first / 8;
    const float low = bound(chunk.in[1], infinity_of<float>(true));
    const float high = bound(chunk.in[2], infinity_of<float>(false));
    const FloatKernels<float>& kernels = active_kernels().floating<float>();
    const float* const elements = x.floats();
    for_each(chunk.context.workers(), static_cast<std::size_t>(tasks_of(count)), [=](std::size_t task) {
      const std::uint64_t begin = task * kTask, left = count - begin;
      const auto n = static_cast<std::size_t>(left < kTask ? left : kTask);
      if (positive_) return kernels.positive(elements + begin, n, bits + begin / 8);
      kernels.within(elements + begin, n, low, high, bits + begin / 8);
    });
    return {};
  }

 private:
  static float bound(const Argument& argument, float absent) {
    return argument.data == nullptr ? absent : argument.floats()[0];
  }

  bool positive_ = false;
};

}  // namespace

std::unique_ptr<Runner> make_mask_pack() { return made<MaskPack>(); }

}  // namespace bitgraph::stream
