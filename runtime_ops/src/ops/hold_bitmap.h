// What BitmapPack and ReluPack share: a held form of the non-zero elements.
#pragma once

#include <memory>
#include <new>

#include "ops/context.h"

namespace bitgraph {

// Output i is the blob of x as a bitmap or, where smaller, dense. count(offsets) is the first sweep: it fills
// the offsets as count_blocks does.
template <class Count>
Problem hold_counted(const Context& context, std::size_t i, const Tensor& x, std::uint64_t* offsets,
                     Count count) {
  count(offsets);
  const Kernels& kernels = active_kernels();
  const std::size_t width = width_of(x.dtype);
  const std::uint64_t nonzeros = offsets[blocks_of(x.shape.count)];
  const Encoding encoding = smaller_encoding(width, x.shape, nonzeros);
  const std::uint64_t stored = encoding == Encoding::bitmap ? nonzeros : x.shape.count;

  std::uint8_t* blob = nullptr;
  const std::uint64_t bytes = layout_of(encoding, width, x.shape, stored).total;
  if (Problem problem = context.output_blob(i, bytes, blob)) return problem;
  if (encoding == Encoding::bitmap) {
    write_bitmap(x.data, x.dtype, x.shape, offsets, kernels, context.workers(), blob);
  } else {
    write_dense(x.data, x.dtype, x.shape, kernels, context.workers(), blob);
  }
  return {};
}

// The same with offsets of its own.
template <class Count>
Problem hold_bitmap(const Context& context, std::size_t i, const Tensor& x, Count count) {
  constexpr std::size_t kFew = 128;  // Offsets of most tensors, without an allocation.
  std::uint64_t few[kFew];
  const auto needed = static_cast<std::size_t>(blocks_of(x.shape.count) + 1);
  if (needed <= kFew) return hold_counted(context, i, x, few, count);
  const std::unique_ptr<std::uint64_t[]> many(new (std::nothrow) std::uint64_t[needed]);
  if (many == nullptr) return Problem::say("no memory for %zu offsets", needed);
  return hold_counted(context, i, x, many.get(), count);
}

}  // namespace bitgraph
