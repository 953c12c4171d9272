// What BitsPack and MaskPack share: a held form of one bit an element.
#pragma once

#include "ops/context.h"

namespace bitgraph {

// Output 1 is the bits blob of x. deed(begin, n, bits) writes the bits of elements [begin, begin + n).
template <class Deed>
Problem write_bits(const Context& context, const Tensor& x, Deed deed) {
  const Layout layout = layout_of(Encoding::bits, width_of(x.dtype), x.shape, 0);
  std::uint8_t* blob = nullptr;
  if (Problem problem = context.output_blob(1, layout.total, blob)) return problem;
  write_header(Encoding::bits, x.dtype, x.shape, 0, blob);
  const std::uint64_t count = x.shape.count;
  for_each(context.workers(), static_cast<std::size_t>(tasks_of(count)), [=](std::size_t task) {
    const std::uint64_t begin = task * kTask, left = count - begin;
    deed(begin, static_cast<std::size_t>(left < kTask ? left : kTask), blob + layout.bits + begin / 8);
  });
  return {};
}

}  // namespace bitgraph
