// MaskPack(X, low?, high?) -> (Y, held): Y is X; held is one bit an element, which says where X passes its
// gradient on: predicate "positive": X > 0; "within": low <= X <= high, an absent bound holding always. NaN
// passes nothing.
#include <cstring>

#include "float_bits.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/write_bits.h"

namespace bitgraph {

namespace {

template <class T>
struct Bounds {
  T low = infinity_of<T>(true), high = infinity_of<T>(false);
};

template <class T>
Problem read_bound(const Context& context, std::size_t i, T& bound) {
  Tensor tensor;
  if (Problem problem = context.input(i, tensor)) return problem;
  if (!tensor.present) return {};
  if (tensor.shape.count != 1) {
    return Problem::say("input %zu has %llu elements, a bound has 1", i,
                        static_cast<unsigned long long>(tensor.shape.count));
  }
  bound = *tensor.as<T>();
  return {};
}

struct MaskPackOfAny {
  bool positive = false;

  Problem create(const Attributes& attributes) {
    char predicate[16] = "";
    if (Problem problem = attributes.text("predicate", predicate, sizeof predicate)) return problem;
    positive = std::strcmp(predicate, "positive") == 0;
    if (positive || std::strcmp(predicate, "within") == 0) return {};
    return Problem::say("predicate is '%s', not 'positive' or 'within'", predicate);
  }

  Problem compute(const Context& context) const {
    Tensor x;
    if (Problem problem = context.input(0, x)) return problem;
    if (Problem problem = context.pass_on(0, x)) return problem;
    Problem problem;
    with_float(x.dtype, [&](auto unit) { problem = write<decltype(unit)>(context, x); });
    return problem;
  }

  template <class T>
  Problem write(const Context& context, const Tensor& x) const {
    Bounds<T> bounds;
    if (!positive) {
      if (Problem problem = read_bound(context, 1, bounds.low)) return problem;
      if (Problem problem = read_bound(context, 2, bounds.high)) return problem;
    }
    const FloatKernels<T>& kernels = active_kernels().floating<T>();
    return write_bits(context, x, [&](std::uint64_t begin, std::size_t n, std::uint8_t* bits) {
      const T* elements = x.as<T>() + begin;
      if (positive) return kernels.positive(elements, n, bits);
      kernels.within(elements, n, bounds.low, bounds.high, bits);
    });
  }
};

template <Dtype dtype>
struct MaskPack : MaskPackOfAny {
  static constexpr OpTraits kTraits = {
      "MaskPack", 3, {{dtype}, {dtype, true}, {dtype, true}}, 2, {{dtype}, {Dtype::uint8}}, Sharing::alias};
};

}  // namespace

const ort::CustomOp* mask_pack_op(int i) {
  static const CustomOpOf<MaskPack<Dtype::float32>> for_float;
  static const CustomOpOf<MaskPack<Dtype::float64>> for_double;
  static const CustomOpOf<MaskPack<Dtype::float16>> for_float16;
  static const CustomOpOf<MaskPack<Dtype::bfloat16>> for_bfloat16;
  const ort::CustomOp* const ops[kFloatTypes] = {&for_float, &for_double, &for_float16, &for_bfloat16};
  return ops[i];
}

}  // namespace bitgraph
