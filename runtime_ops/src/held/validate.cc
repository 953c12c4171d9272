#include <atomic>

#include "bitgraph/held.h"
#include "bits.h"
#include "held/blocks.h"

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

// The bits of the last group's codes past the last element.
Problem check_padding_codes(const Held& held) {
  const std::uint64_t count = held.shape.count;
  const std::uint8_t* last = held.bits + count / kGroup * kGroupBytes;
  for (std::uint64_t i = count % kGroup; i != 0 && i < kGroup; ++i) {
    for (std::size_t bit = 0; bit < 3; ++bit) {
      if (!bit_at(last + 8 * bit, static_cast<std::size_t>(i))) continue;
      return Problem::say("held blob's code %llu is not 0, but there are only %llu elements",
                          static_cast<Number>(count - count % kGroup + i), static_cast<Number>(count));
    }
  }
  return {};
}

// How many values the bits of a block ask for.
std::uint64_t values_of(const Held& held, const Kernels& kernels, std::uint64_t block) {
  const std::uint64_t begin = block * kBlock;
  const std::size_t n = block_size(block, held.shape.count);
  if (held.encoding == Encoding::coded) {
    return kernels.coded.count_escapes(held.bits + begin / kGroup * kGroupBytes, n);
  }
  return kernels.popcount(held.bits + begin / 8, bytes_for_bits(n));
}

}  // namespace

Problem validate(const Held& held, const Kernels& kernels, const Workers& workers) {
  if (held.encoding == Encoding::dense || held.encoding == Encoding::index) return {};
  const bool coded = held.encoding == Encoding::coded;
  if (Problem problem = coded ? check_padding_codes(held) : check_padding_bits(held)) return problem;
  if (held.encoding == Encoding::bits) return {};

  constexpr std::uint64_t kNone = ~std::uint64_t{0};
  std::atomic<std::uint64_t> wrong{kNone};
  for_each_block(workers, held.shape.count, [&](std::uint64_t b) {
    if (values_of(held, kernels, b) != held.offsets[b + 1] - held.offsets[b]) wrong.store(b);
  });

  const std::uint64_t b = wrong.load();
  if (b == kNone) return {};
  return Problem::say("held blob's block %llu has %llu %s, but %llu values", static_cast<Number>(b),
                      static_cast<Number>(values_of(held, kernels, b)), coded ? "escapes" : "bits set",
                      static_cast<Number>(held.offsets[b + 1] - held.offsets[b]));
}

}  // namespace bitgraph
