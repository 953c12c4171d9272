// CodedPack(X) -> (Y, held): Y is X; held is X with its exponents coded, or X where that is smaller. For
// float32 tensors with few zeros.
#include <memory>

#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

struct CodedPack {
  static constexpr OpTraits kTraits = {
      "CodedPack", 1, {{Dtype::float32}}, 2, {{Dtype::float32}, {Dtype::uint8}}, Sharing::alias};

  Problem create(const Attributes&) { return {}; }
  Problem compute(const Context& context) const;
};

Problem hold(const Context& context, const Tensor& x, std::uint64_t* offsets, std::uint8_t* tops) {
  const Kernels& kernels = active_kernels();
  const Workers workers = context.workers();
  const auto* elements = x.as<std::uint32_t>();
  measure_blocks(elements, x.shape.count, kernels, workers, tops, offsets);
  const std::uint64_t escapes = offsets[blocks_of(x.shape.count)];
  const Encoding encoding = coded_unless_dense(x.shape, escapes);
  const std::uint64_t stored = encoding == Encoding::coded ? escapes : x.shape.count;

  std::uint8_t* blob = nullptr;
  const std::uint64_t bytes = layout_of(encoding, width_of(x.dtype), x.shape, stored).total;
  if (Problem problem = context.output_blob(1, bytes, blob)) return problem;
  if (encoding == Encoding::coded) {
    write_coded(elements, x.shape, tops, offsets, kernels, workers, blob);
  } else {
    write_dense(x.data, x.dtype, x.shape, kernels, workers, blob);
  }
  return {};
}

Problem CodedPack::compute(const Context& context) const {
  Tensor x;
  if (Problem problem = context.input(0, x)) return problem;
  if (Problem problem = context.pass_on(0, x)) return problem;

  const auto blocks = static_cast<std::size_t>(blocks_of(x.shape.count));
  const auto windows = static_cast<std::size_t>(windows_of(x.shape.count));
  const std::unique_ptr<std::uint64_t[]> offsets(new (std::nothrow) std::uint64_t[blocks + 1]);
  const std::unique_ptr<std::uint8_t[]> tops(new (std::nothrow) std::uint8_t[windows]);
  if (offsets == nullptr || tops == nullptr) {
    return Problem::say("no memory for %zu offsets and %zu tops", blocks + 1, windows);
  }
  return hold(context, x, offsets.get(), tops.get());
}

}  // namespace

const ort::CustomOp* coded_pack_op() {
  static const CustomOpOf<CodedPack> op;
  return &op;
}

}  // namespace bitgraph
