// Coded blobs that are not what they say: each is refused, or reads nothing but its own bytes and writes
// nothing but its own elements.
#include "blob_reader.h"
#include "coded_oracle.h"
#include "harness.h"

namespace bitgraph::test {

namespace {

struct Sample {
  Bytes bytes;
  Layout layout;
};

Sample sample(std::size_t n) {
  Rng rng(41);
  const std::vector<std::uint32_t> x = floats_around(127, 3, n, rng);
  const Bytes bytes = coded_by_hand(x, shape_of({n}));
  return {bytes, layout_of(Encoding::coded, 4, shape_of({n}), coded_parts(x).escapes.size())};
}

}  // namespace

KERNEL_TEST(coded_malformed, every_length) {
  BlobReader reader;
  const Bytes good = sample(1000).bytes;
  expect(reader.read(good).empty(), "refused a good blob: " + reader.read(good));
  for (std::size_t size = 0; size < good.size(); ++size) {
    refused(reader, "a cut blob", Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
  }
  Bytes longer = good;
  longer.push_back(0);
  refused(reader, "a byte too many", longer);
}

KERNEL_TEST(coded_malformed, fields) {
  BlobReader reader;
  const Sample good =
      sample(40001);  // Three blocks, 79 windows, 626 groups of which the last has an element.
  const auto at = [&](std::uint64_t place, unsigned value) {
    return with(good.bytes, static_cast<std::size_t>(place), {value});
  };
  const Layout& layout = good.layout;
  for (const Dtype dtype : {Dtype::int32, Dtype::uint32, Dtype::float16, Dtype::float64}) {
    refused(reader, "element type", at(5, static_cast<unsigned>(dtype)));
  }
  refused(reader, "first offset", at(layout.offsets, 1));
  refused(reader, "falling offset", at(layout.offsets + 15, 0x80));
  refused(reader, "an escape in another block", at(layout.offsets + 8, good.bytes[layout.offsets + 8] ^ 1u));
  refused(reader, "last offset", at(layout.offsets + 24, good.bytes[layout.offsets + 24] ^ 1u));
  refused(reader, "padding of offsets", at(layout.offsets + 32, 1));
  for (unsigned top = 0; top < 6; ++top) refused(reader, "low top", at(layout.tops + 78, top));
  refused(reader, "padding of tops", at(layout.tops + 79, 6));
  for (std::uint64_t bit = 0; bit < 3; ++bit) {
    refused(reader, "padding of a group", at(layout.bits + 625 * 24 + 8 * bit, 0x82));
    refused(reader, "padding of a group", at(layout.bits + 625 * 24 + 8 * bit + 7, 0x80));
  }
  refused(reader, "padding of codes", at(layout.bits + 626 * 24, 1));
  refused(reader, "padding of low halves", at(layout.low + 2 * 40001, 1));
  refused(reader, "padding of high bytes", at(layout.high + 40001, 1));
  refused(reader, "padding of high bytes", at(layout.values - 1, 1));
}

// Every flipped bit is refused, but for those that make another good blob: in the parts of the elements, in a
// top that stays high enough, in a code that stays no escape, and in a dim that needs as many bytes.
KERNEL_TEST(coded_malformed, every_flipped_bit) {
  BlobReader reader;
  const Sample good = sample(1000);
  const Layout& layout = good.layout;
  for (std::size_t bit = 0; bit < 8 * good.bytes.size(); ++bit) {
    Bytes bytes = good.bytes;
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1u << bit % 8));
    const bool accepted = reader.read(bytes).empty();
    const std::size_t at = bit / 8;
    const bool dim = at >= 16 && at < 24, code = at >= layout.bits && at < layout.bits + 384;
    if (dim || code) continue;
    const bool part = (at >= layout.low && at < layout.low + 2000) ||
                      (at >= layout.high && at < layout.high + 1000) || at >= layout.values;
    const bool top = at >= layout.tops && at < layout.tops + 2 && bytes[at] >= 6;
    expect(accepted == (part || top), "flipped bit " + std::to_string(bit));
  }
}

// An escape more or less among the codes, in the first and in the last group.
KERNEL_TEST(coded_malformed, miscounted_escapes) {
  BlobReader reader;
  const Sample good = sample(1000);
  for (const std::size_t group : Sizes{0, 3, 15}) {
    for (std::size_t lane = 0; lane < 40; ++lane) {
      Bytes bytes = good.bytes;
      std::uint8_t* codes = bytes.data() + good.layout.bits + group * 24 + lane / 8;
      const auto mask = static_cast<std::uint8_t>(1u << lane % 8);
      const bool escape = (codes[0] & codes[8] & codes[16] & mask) != 0;
      for (std::size_t bit = 0; bit < 3; ++bit) {
        codes[8 * bit] = static_cast<std::uint8_t>(escape ? codes[8 * bit] & ~mask : codes[8 * bit] | mask);
      }
      refused(reader, "miscounted escapes", bytes);
    }
  }
}

KERNEL_TEST(coded_malformed, random_damage) {
  BlobReader reader;
  Rng rng(42);
  const Bytes samples[] = {sample(100).bytes, sample(17000).bytes, sample(0).bytes};
  for (int trial = 0; trial < 10000; ++trial) {
    Bytes bytes = samples[rng.below(3)];
    for (std::size_t i = rng.below(4); i-- > 0;) {
      bytes[rng.below(rng.chance(50) ? 256 : bytes.size()) % bytes.size()] =
          static_cast<std::uint8_t>(rng.next());
    }
    if (rng.chance(20)) bytes.resize(rng.below(bytes.size() + 100));
    reader.read(bytes);
  }
}

}  // namespace bitgraph::test
