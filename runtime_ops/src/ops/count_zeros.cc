// CountZeros(X) -> (Y, counts): Y is X; counts is the number of X's elements whose bits are all zero, then
// X's dims.
#include <atomic>

#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

std::uint64_t count_nonzeros(const Tensor& x, const Kernels& kernels, const Workers& workers) {
  std::atomic<std::uint64_t> total{0};
  with_width(width_of(x.dtype), [&](auto unit) {
    using U = decltype(unit);
    const std::uint64_t count = x.shape.count;
    for_each(workers, static_cast<std::size_t>(tasks_of(count)), [&](std::size_t task) {
      const std::uint64_t begin = task * kTask, left = count - begin;
      const auto n = static_cast<std::size_t>(left < kTask ? left : kTask);
      const std::size_t found = kernels.width<U>().count_nonzero(x.as<U>() + begin, n);
      total.fetch_add(found, std::memory_order_relaxed);
    });
  });
  return total;
}

struct CountZeros {
  static constexpr OpTraits kTraits = {
      "CountZeros", 1, {{Dtype::undefined}}, 2, {{Dtype::undefined}, {Dtype::int64}}, Sharing::alias};

  Problem create(const Attributes&) { return {}; }

  Problem compute(const Context& context) const {
    Tensor x;
    if (Problem problem = context.input(0, x)) return problem;
    if (width_of(x.dtype) == 0) {
      return Problem::say("zeros of element type %u cannot be counted", static_cast<unsigned>(x.dtype));
    }
    if (Problem problem = context.pass_on(0, x)) return problem;

    Shape shape;
    shape.rank = 1;
    shape.dims[0] = shape.count = x.shape.rank + 1;
    void* data = nullptr;
    if (Problem problem = context.output(1, shape, data)) return problem;
    auto* counts = static_cast<std::int64_t*>(data);
    const std::uint64_t nonzeros = count_nonzeros(x, active_kernels(), context.workers());
    counts[0] = static_cast<std::int64_t>(x.shape.count - nonzeros);
    for (std::size_t i = 0; i < x.shape.rank; ++i) {
      counts[i + 1] = static_cast<std::int64_t>(x.shape.dims[i]);
    }
    return {};
  }
};

}  // namespace

const ort::CustomOp* count_zeros_op() {
  static const CustomOpOf<CountZeros> op;
  return &op;
}

}  // namespace bitgraph
