#include <atomic>

#include "bitgraph/held.h"
#include "bits.h"

namespace bitgraph {

namespace {

using Number = unsigned long long;

// The last byte's bits past the last element.
Problem check_padding_bits(const Held& held) {
  const std::uint64_t count = held.shape.count;
  if (count % 8 == 0) return {};
  const unsigned last = held.bits[count / 8], padding = last >> (count % 8);
  if (padding == 0) return {};
  return Problem::say("held blob's last byte of bits is %02x, but only %u of its bits are elements", last,
                      static_cast<unsigned>(count % 8));
}

std::uint64_t set_bits_in(const Held& held, const Kernels& kernels, std::uint64_t block) {
  const std::uint64_t begin = block * kBlock, end = begin + kBlock;
  const std::uint64_t last = end < held.shape.count ? end : held.shape.count;
  return kernels.popcount(held.bits + begin / 8, bytes_for_bits(static_cast<std::size_t>(last - begin)));
}

}  // namespace

Problem validate(const Held& held, const Kernels& kernels, const Workers& workers) {
  if (held.encoding == Encoding::dense || held.encoding == Encoding::index) return {};
  if (Problem problem = check_padding_bits(held)) return problem;
  if (held.encoding == Encoding::bits) return {};

  constexpr std::uint64_t kNone = ~std::uint64_t{0};
  const std::uint64_t blocks = blocks_of(held.shape.count);
  std::atomic<std::uint64_t> wrong{kNone};
  const auto sweep = [&](std::size_t task) {
    const std::uint64_t begin = task * kBlocksPerTask, end = begin + kBlocksPerTask;
    for (std::uint64_t b = begin; b < end && b < blocks; ++b) {
      if (set_bits_in(held, kernels, b) != held.offsets[b + 1] - held.offsets[b]) wrong.store(b);
    }
  };
  for_each(workers, static_cast<std::size_t>(tasks_of(held.shape.count)), sweep);

  const std::uint64_t b = wrong.load();
  if (b == kNone) return {};
  return Problem::say("held blob's block %llu has %llu bits set, but %llu values", static_cast<Number>(b),
                      static_cast<Number>(set_bits_in(held, kernels, b)),
                      static_cast<Number>(held.offsets[b + 1] - held.offsets[b]));
}

}  // namespace bitgraph
