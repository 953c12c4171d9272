#include "bitgraph/held.h"
#include "bits.h"
#include "held/blocks.h"
#include "held/bytes.h"

namespace bitgraph {

// From the last block to the first: the ones counted last are still in the cache when write_bitmap begins.
void count_blocks(const void* x, std::size_t width, std::uint64_t count, const Kernels& kernels,
                  const Workers& workers, std::uint64_t* offsets) {
  with_width(width, [&](auto unit) {
    using U = decltype(unit);
    const U* elements = static_cast<const U*>(x);
    for_each_block(workers, count, [=, &kernels](std::uint64_t i) {
      const std::uint64_t b = blocks_of(count) - 1 - i;
      offsets[b + 1] = kernels.width<U>().count_nonzero(elements + b * kBlock, block_size(b, count));
    });
  });
  sum_up(count, offsets);
}

void relu_blocks(const float* x, std::uint64_t count, const Kernels& kernels, const Workers& workers,
                 float* y, std::uint8_t* bits, std::uint64_t* offsets) {
  for_each_block(workers, count, [=, &kernels](std::uint64_t i) {
    const std::uint64_t b = blocks_of(count) - 1 - i, begin = b * kBlock;
    offsets[b + 1] = kernels.relu(x + begin, block_size(b, count), y + begin, bits + begin / 8);
  });
  sum_up(count, offsets);
}

void write_bitmap(const void* x, Dtype dtype, const Shape& shape, const std::uint64_t* offsets,
                  const Kernels& kernels, const Workers& workers, std::uint8_t* blob) {
  const std::uint64_t count = shape.count, blocks = blocks_of(count), stored = offsets[blocks];
  const Layout layout = layout_of(Encoding::bitmap, width_of(dtype), shape, stored);
  write_header(Encoding::bitmap, dtype, shape, stored, blob);
  for (std::uint64_t b = 0; b <= blocks; ++b) store_u64(blob + layout.offsets + 8 * b, offsets[b]);
  zero(blob, layout.offsets + 8 * (blocks + 1), layout.bits);
  zero(blob, layout.bits + bytes_for_bits(count), layout.values);

  with_width(width_of(dtype), [&](auto unit) {
    using U = decltype(unit);
    const U* elements = static_cast<const U*>(x);
    std::uint8_t* bits = blob + layout.bits;
    U* values = reinterpret_cast<U*>(blob + layout.values);
    for_each_block(workers, count, [=, &kernels](std::uint64_t b) {
      kernels.width<U>().pack(elements + b * kBlock, block_size(b, count), bits + b * kBlock / 8,
                              values + offsets[b], static_cast<std::size_t>(offsets[b + 1] - offsets[b]));
    });
  });
}

}  // namespace bitgraph
