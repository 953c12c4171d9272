// MaskGrad(dY, held) -> dX: where the bit is set dY, elsewhere
//   mode "select"    +0, as ONNX Runtime's ReluGrad gives it
//   mode "multiply"  dY * 0, as Mul(dY, Cast(mask)) gives it: -0 and NaN stay what they are
// dX may be written over dY.
#include <cstring>

#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

// Calls deed(begin, n) for the pieces of a tensor.
template <class Deed>
void for_each_piece(const Workers& workers, std::uint64_t count, Deed deed) {
  for_each(workers, static_cast<std::size_t>(tasks_of(count)), [=](std::size_t task) {
    const std::uint64_t begin = task * kTask, left = count - begin;
    deed(begin, static_cast<std::size_t>(left < kTask ? left : kTask));
  });
}

void select(const Context& context, const Tensor& dy, const Held& held, void* dx) {
  const Kernels& kernels = active_kernels();
  with_width(width_of(dy.dtype), [&](auto unit) {
    using U = decltype(unit);
    for_each_piece(context.workers(), dy.shape.count, [&](std::uint64_t begin, std::size_t n) {
      kernels.width<U>().select(dy.as<U>() + begin, held.bits + begin / 8, n, static_cast<U*>(dx) + begin);
    });
  });
}

void multiply(const Context& context, const Tensor& dy, const Held& held, void* dx) {
  const Kernels& kernels = active_kernels();
  with_float(dy.dtype, [&](auto unit) {
    using T = decltype(unit);
    for_each_piece(context.workers(), dy.shape.count, [&](std::uint64_t begin, std::size_t n) {
      kernels.floating<T>().multiply(dy.as<T>() + begin, held.bits + begin / 8, n,
                                     static_cast<T*>(dx) + begin);
    });
  });
}

struct MaskGrad {
  static constexpr OpTraits kTraits = {
      "MaskGrad", 2, {{Dtype::undefined}, {Dtype::uint8}}, 1, {{Dtype::undefined}}, Sharing::in_place};

  bool selects = false;

  Problem create(const Attributes& attributes) {
    char mode[16] = "";
    if (Problem problem = attributes.text("mode", mode, sizeof mode)) return problem;
    selects = std::strcmp(mode, "select") == 0;
    if (selects || std::strcmp(mode, "multiply") == 0) return {};
    return Problem::say("mode is '%s', not 'select' or 'multiply'", mode);
  }

  Problem compute(const Context& context) const {
    Tensor dy;
    if (Problem problem = context.input(0, dy)) return problem;
    if (!with_float(dy.dtype, [](auto) {})) {
      return Problem::say("element type %u is not floating-point", static_cast<unsigned>(dy.dtype));
    }
    Held held;
    if (Problem problem = context.held_input(1, dy.dtype, held)) return problem;
    if (held.encoding != Encoding::bits) {
      return Problem::say("held blob has encoding %u, a mask has encoding %u",
                          static_cast<unsigned>(held.encoding), static_cast<unsigned>(Encoding::bits));
    }
    if (held.shape.count != dy.shape.count) {
      return Problem::say("the mask has %llu elements, dY has %llu",
                          static_cast<unsigned long long>(held.shape.count),
                          static_cast<unsigned long long>(dy.shape.count));
    }
    void* dx = nullptr;
    if (Problem problem = context.output(0, dy.shape, dx)) return problem;
    selects ? select(context, dy, held, dx) : multiply(context, dy, held, dx);
    return {};
  }
};

}  // namespace

const ort::CustomOp* mask_grad_op() {
  static const CustomOpOf<MaskGrad> op;
  return &op;
}

}  // namespace bitgraph
