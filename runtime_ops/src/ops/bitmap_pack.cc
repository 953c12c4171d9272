// BitmapPack(X) -> (Y, held): Y is X; held is X's non-zero elements and a bit for each, or X where that is
// smaller.
#include <memory>

#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

struct BitmapPack {
  static constexpr OpTraits kTraits = {
      "BitmapPack", 1, {{Dtype::undefined}}, 2, {{Dtype::undefined}, {Dtype::uint8}}, Sharing::alias};

  Problem create(const Attributes&) { return {}; }
  Problem compute(const Context& context) const;
};

Problem hold(const Context& context, const Tensor& x, std::uint64_t* offsets) {
  const Kernels& kernels = active_kernels();
  const Workers workers = context.workers();
  const std::size_t width = width_of(x.dtype);
  count_blocks(x.data, width, x.shape.count, kernels, workers, offsets);
  const std::uint64_t nonzeros = offsets[blocks_of(x.shape.count)];
  const Encoding encoding = smaller_encoding(width, x.shape, nonzeros);
  const std::uint64_t stored = encoding == Encoding::bitmap ? nonzeros : x.shape.count;

  std::uint8_t* blob = nullptr;
  const std::uint64_t bytes = layout_of(encoding, width, x.shape, stored).total;
  if (Problem problem = context.output_blob(1, bytes, blob)) return problem;
  if (encoding == Encoding::bitmap) {
    write_bitmap(x.data, x.dtype, x.shape, offsets, kernels, workers, blob);
  } else {
    write_dense(x.data, x.dtype, x.shape, kernels, workers, blob);
  }
  return {};
}

Problem BitmapPack::compute(const Context& context) const {
  Tensor x;
  if (Problem problem = context.input(0, x)) return problem;
  if (width_of(x.dtype) == 0) {
    return Problem::say("element type %u cannot be held", static_cast<unsigned>(x.dtype));
  }
  if (Problem problem = context.pass_on(0, x)) return problem;

  constexpr std::size_t kFew = 128;  // Offsets of most tensors, without an allocation.
  std::uint64_t few[kFew];
  const auto needed = static_cast<std::size_t>(blocks_of(x.shape.count) + 1);
  if (needed <= kFew) return hold(context, x, few);
  const std::unique_ptr<std::uint64_t[]> many(new (std::nothrow) std::uint64_t[needed]);
  if (many == nullptr) return Problem::say("no memory for %zu offsets", needed);
  return hold(context, x, many.get());
}

}  // namespace

const ort::CustomOp* bitmap_pack_op() {
  static const CustomOpOf<BitmapPack> op;
  return &op;
}

}  // namespace bitgraph
