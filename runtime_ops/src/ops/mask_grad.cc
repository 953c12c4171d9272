// MaskGrad(dY, held) -> dX: where the bit is set dY, elsewhere
//   mode "select"    +0, as ONNX Runtime's ReluGrad gives it, and Where(mask, 0, dY) from the other bits
//   mode "where"     +0, and +0 where dY is -0 too, as ONNX Runtime's Where(mask, dY, 0) gives it
//   mode "multiply"  dY * 0, as Mul(dY, Cast(mask)) gives it: -0 and NaN stay what they are
// The bits were made of a tensor of dY's type, or of bools. dX may be written over dY.
#include <cstring>

#include "elements.h"
#include "ops/held_mask.h"
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

void select(const Context& context, const Tensor& dy, const Held& held, bool signed_zeros, void* dx) {
  const Kernels& kernels = active_kernels();
  with_width(width_of(dy.dtype), [&](auto unit) {
    using U = decltype(unit);
    for_each_piece(context.workers(), dy.shape.count, [&](std::uint64_t begin, std::size_t n) {
      U* piece = static_cast<U*>(dx) + begin;
      kernels.width<U>().select(dy.as<U>() + begin, held.bits + begin / 8, n, piece);
      // Where adds what it selected from both sides, in its way: of two zeros it takes the second.
      if (!signed_zeros) drop_signs_of_zeros(piece, n);
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

  enum class Mode { select, where, multiply };

  Mode mode = Mode::select;

  Problem create(const Attributes& attributes) {
    char text[16] = "";
    if (Problem problem = attributes.text("mode", text, sizeof text)) return problem;
    if (std::strcmp(text, "select") == 0) {
      mode = Mode::select;
    } else if (std::strcmp(text, "where") == 0) {
      mode = Mode::where;
    } else if (std::strcmp(text, "multiply") == 0) {
      mode = Mode::multiply;
    } else {
      return Problem::say("mode is '%s', not 'select', 'where' or 'multiply'", text);
    }
    return {};
  }

  Problem compute(const Context& context) const {
    Tensor dy;
    if (Problem problem = context.input(0, dy)) return problem;
    if (!with_float(dy.dtype, [](auto) {})) {
      return Problem::say("element type %u is not floating-point", static_cast<unsigned>(dy.dtype));
    }
    Held held;
    if (Problem problem = context.held_input(1, dy.dtype, held, Dtype::boolean)) return problem;
    if (Problem problem = check_mask(held, dy.shape)) return problem;
    void* dx = nullptr;
    if (Problem problem = context.output(0, dy.shape, dx)) return problem;
    if (mode == Mode::multiply) {
      multiply(context, dy, held, dx);
    } else {
      select(context, dy, held, mode == Mode::select, dx);
    }
    return {};
  }
};

}  // namespace

const ort::CustomOp* mask_grad_op() {
  static const CustomOpOf<MaskGrad> op;
  return &op;
}

}  // namespace bitgraph
