#include <cstring>

#include "bitgraph/held.h"
#include "bits.h"
#include "held/coded.h"

namespace bitgraph {

namespace {

// Elements up to the next whole byte of bits go one by one; the rest goes block by block through the kernel.
template <class U>
void restore_bitmap(const Held& held, const Kernels& kernels, std::uint64_t begin, std::uint64_t end,
                    bool streamed, U* out) {
  const auto unpack = streamed ? kernels.width<U>().unpack_streamed : kernels.width<U>().unpack;
  const U* values = reinterpret_cast<const U*>(held.values);
  const std::uint64_t block = begin / kBlock;
  std::uint64_t at = held.offsets[block];
  at += kernels.popcount(held.bits + block * kBlock / 8, static_cast<std::size_t>((begin % kBlock) / 8));
  for (std::uint64_t i = begin - begin % 8; i < begin; ++i) at += bit_at(held.bits, i);

  std::uint64_t i = begin;
  for (; i < end && i % 8 != 0; ++i) *out++ = bit_at(held.bits, i) ? values[at++] : U{0};
  while (i < end) {
    const std::uint64_t block_end = (i / kBlock + 1) * kBlock;
    const std::uint64_t stop = block_end < end ? block_end : end;
    // The values of a part of a block end with the block's: the bits say how many are taken.
    const std::uint64_t available = held.offsets[i / kBlock + 1] - at;
    const auto n = static_cast<std::size_t>(stop - i);
    unpack(held.bits + i / 8, n, values + at, static_cast<std::size_t>(available), out);
    at += available;
    out += n;
    i = stop;
  }
}

void restore_bits(const Held& held, const Kernels& kernels, std::uint64_t begin, std::uint64_t end,
                  std::uint8_t* out) {
  for (; begin < end && begin % 8 != 0; ++begin) *out++ = bit_at(held.bits, begin) ? 1 : 0;
  kernels.unpack_bools(held.bits + begin / 8, static_cast<std::size_t>(end - begin), out);
}

void restore_part(const Held& held, const Kernels& kernels, std::uint64_t begin, std::uint64_t end,
                  bool streamed, void* out) {
  if (begin >= end) return;
  switch (held.encoding) {
    case Encoding::bitmap:
      with_width(held.width, [&](auto unit) {
        restore_bitmap(held, kernels, begin, end, streamed, static_cast<decltype(unit)*>(out));
      });
      return;
    case Encoding::coded:
      restore_coded(held, kernels, begin, end, streamed, static_cast<std::uint32_t*>(out));
      return;
    case Encoding::bits:
      restore_bits(held, kernels, begin, end, static_cast<std::uint8_t*>(out));
      return;
    default:
      std::memcpy(out, held.values + begin * held.width,
                  static_cast<std::size_t>((end - begin) * held.width));
  }
}

}  // namespace

void restore(const Held& held, const Kernels& kernels, std::uint64_t begin, std::uint64_t end, void* out) {
  restore_part(held, kernels, begin, end, false, out);
}

void restore_shared(const Held& held, const Kernels& kernels, const Workers& workers, std::uint64_t begin,
                    std::uint64_t end, void* out) {
  auto* bytes = static_cast<std::uint8_t*>(out);
  for_each(workers, static_cast<std::size_t>(tasks_of(end - begin)), [&](std::size_t task) {
    const std::uint64_t from = begin + task * kTask, to = from + kTask;
    restore(held, kernels, from, to < end ? to : end, bytes + (from - begin) * held.width);
  });
}

void restore_all(const Held& held, const Kernels& kernels, const Workers& workers, void* out) {
  const std::uint64_t count = held.shape.count;
  auto* bytes = static_cast<std::uint8_t*>(out);
  if (held.encoding == Encoding::dense)
    return copy_bytes(held.values, count * held.width, kernels, workers, out);
  const bool streamed = count * held.width >= kStreamed;
  for_each(workers, static_cast<std::size_t>(tasks_of(count)), [&](std::size_t task) {
    const std::uint64_t begin = task * kTask, end = begin + kTask;
    restore_part(held, kernels, begin, end < count ? end : count, streamed, bytes + begin * held.width);
  });
}

}  // namespace bitgraph
