#include "bitgraph/held.h"
#include "bits.h"

namespace bitgraph {

namespace {

constexpr std::uint64_t align64(std::uint64_t at) { return (at + 63) / 64 * 64; }

Encoding unless_dense(Encoding encoding, std::size_t width, const Shape& shape, std::uint64_t stored) {
  const std::uint64_t bytes = layout_of(encoding, width, shape, stored).total;
  return bytes < layout_of(Encoding::dense, width, shape, shape.count).total ? encoding : Encoding::dense;
}

}  // namespace

// Counts are at most kMaxCount = 2^56, so nothing here overflows.
Layout layout_of(Encoding encoding, std::size_t width, const Shape& shape, std::uint64_t stored) {
  Layout layout;
  layout.offsets = layout.bits = layout.values = align64(16 + 8 * shape.rank);
  switch (encoding) {
    case Encoding::bitmap:
      layout.bits = align64(layout.offsets + 8 * (blocks_of(shape.count) + 1));
      layout.values = align64(layout.bits + bytes_for_bits(shape.count));
      layout.total = layout.values + width * stored;
      return layout;
    case Encoding::coded:
      layout.tops = align64(layout.offsets + 8 * (blocks_of(shape.count) + 1));
      layout.bits = align64(layout.tops + windows_of(shape.count));
      layout.low = align64(layout.bits + kGroupBytes * groups_of(shape.count));
      layout.high = align64(layout.low + 2 * shape.count);
      layout.values = align64(layout.high + shape.count);
      layout.total = layout.values + stored;
      return layout;
    case Encoding::bits:
      layout.total = layout.bits + bytes_for_bits(shape.count);
      return layout;
    case Encoding::index:
      layout.total = layout.values + shape.count;
      return layout;
    default:
      layout.total = layout.values + width * shape.count;
      return layout;
  }
}

Encoding smaller_encoding(std::size_t width, const Shape& shape, std::uint64_t nonzeros) {
  return unless_dense(Encoding::bitmap, width, shape, nonzeros);
}

Encoding coded_unless_dense(const Shape& shape, std::uint64_t escapes) {
  return unless_dense(Encoding::coded, width_of(Dtype::float32), shape, escapes);
}

}  // namespace bitgraph
