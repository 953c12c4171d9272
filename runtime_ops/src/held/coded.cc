#include "held/coded.h"

#include <cstring>

#include "held/blocks.h"
#include "held/bytes.h"

namespace bitgraph {

namespace {

// The sections from a window on, of whose escapes the first is number `at` of all.
CodedSource source_from(const Held& held, std::uint64_t window, std::uint64_t at) {
  const std::uint64_t begin = window * kWindow;
  return {held.tops + window, held.bits + begin / kGroup * kGroupBytes,  held.low + begin, held.high + begin,
          held.values + at,   static_cast<std::size_t>(held.stored - at)};
}

}  // namespace

void measure_blocks(const std::uint32_t* x, std::uint64_t count, const Kernels& kernels,
                    const Workers& workers, std::uint8_t* tops, std::uint64_t* offsets) {
  for_each_block(workers, count, [=, &kernels](std::uint64_t b) {
    const std::uint64_t begin = b * kBlock;
    offsets[b + 1] = kernels.coded.measure(x + begin, block_size(b, count), tops + begin / kWindow);
  });
  sum_up(count, offsets);
}

void write_coded(const std::uint32_t* x, const Shape& shape, const std::uint8_t* tops,
                 const std::uint64_t* offsets, const Kernels& kernels, const Workers& workers,
                 std::uint8_t* blob) {
  const std::uint64_t count = shape.count, blocks = blocks_of(count), stored = offsets[blocks];
  const Layout layout = layout_of(Encoding::coded, width_of(Dtype::float32), shape, stored);
  write_header(Encoding::coded, Dtype::float32, shape, stored, blob);
  for (std::uint64_t b = 0; b <= blocks; ++b) store_u64(blob + layout.offsets + 8 * b, offsets[b]);
  zero(blob, layout.offsets + 8 * (blocks + 1), layout.tops);
  if (count != 0) std::memcpy(blob + layout.tops, tops, windows_of(count));
  zero(blob, layout.tops + windows_of(count), layout.bits);
  zero(blob, layout.bits + groups_of(count) * kGroupBytes, layout.low);
  zero(blob, layout.low + 2 * count, layout.high);
  zero(blob, layout.high + count, layout.values);

  const CodedTarget all = {
      blob + layout.tops, blob + layout.bits,   reinterpret_cast<std::uint16_t*>(blob + layout.low),
      blob + layout.high, blob + layout.values, static_cast<std::size_t>(stored)};
  const bool streamed = layout.total >= kStreamed;
  for_each_block(workers, count, [=, &kernels](std::uint64_t b) {
    const auto begin = static_cast<std::size_t>(b * kBlock);
    CodedTarget target = rest_of(all, begin, static_cast<std::size_t>(offsets[b]));
    target.escape_count = static_cast<std::size_t>(offsets[b + 1] - offsets[b]);
    kernels.coded.encode(x + begin, block_size(b, count), target, streamed);
  });
}

// A window of which only a part is wanted goes through a buffer.
void restore_coded(const Held& held, const Kernels& kernels, std::uint64_t begin, std::uint64_t end,
                   bool streamed, std::uint32_t* out) {
  const std::uint64_t block = begin / kBlock, skipped = begin % kBlock / kWindow * kWindow;
  std::uint64_t at = held.offsets[block];
  at += kernels.coded.count_escapes(held.bits + block * kBlock / kGroup * kGroupBytes,
                                    static_cast<std::size_t>(skipped));
  while (begin < end) {
    const std::uint64_t window = begin / kWindow, first = window * kWindow;
    const CodedSource source = source_from(held, window, at);
    const std::uint64_t whole = end == held.shape.count ? end : end - end % kWindow;
    if (begin == first && begin < whole) {
      at += kernels.coded.decode(source, static_cast<std::size_t>(whole - begin), out, streamed);
      out += whole - begin;
      begin = whole;
      continue;
    }
    std::uint32_t buffer[kWindow];
    const std::uint64_t left = held.shape.count - first;
    const std::uint64_t size = left < kWindow ? left : kWindow;
    const std::uint64_t stop = end < first + size ? end : first + size;
    at += kernels.coded.decode(source, static_cast<std::size_t>(size), buffer, false);
    std::memcpy(out, buffer + (begin - first), static_cast<std::size_t>(4 * (stop - begin)));
    out += stop - begin;
    begin = stop;
  }
}

}  // namespace bitgraph
