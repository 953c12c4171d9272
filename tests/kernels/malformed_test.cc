// Blobs that are not what they say: each is refused, or reads nothing but its own bytes and writes nothing
// but its own elements.
#include "blob_reader.h"
#include "blobs.h"
#include "harness.h"

namespace bitgraph::test {

namespace {

Bytes sample_bitmap(std::size_t n) {
  std::vector<std::uint32_t> x(n);
  Rng rng(11);
  fill(x.data(), n, 60, rng);
  return bitmap_by_hand(x, Dtype::float32, shape_of({n}));
}

}  // namespace

KERNEL_TEST(malformed, every_length) {
  BlobReader reader;
  const Bytes good = sample_bitmap(1000);
  expect(reader.read(good).empty(), "refused a good blob: " + reader.read(good));
  for (std::size_t size = 0; size < good.size(); ++size) {
    refused(reader, "a cut blob", Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
  }
  Bytes longer = good;
  longer.push_back(0);
  refused(reader, "a byte too many", longer);
}

KERNEL_TEST(malformed, header_fields) {
  BlobReader reader;
  const Bytes good = sample_bitmap(20000);
  refused(reader, "magic", with(good, 3, {'2'}));
  for (unsigned value = 0; value < 256; ++value) {
    if (value != 1) refused(reader, "encoding", with(good, 4, {value}));
    if (width_of(static_cast<Dtype>(value)) != 4) refused(reader, "dtype", with(good, 5, {value}));
    if (value != 1) refused(reader, "rank", with(good, 6, {value}));
    if (value != 0) refused(reader, "reserved byte", with(good, 7, {value}));
    if (value != 0) refused(reader, "header padding", with(good, 63, {value}));
  }
  refused(reader, "stored", with(good, 8, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}));
  refused(reader, "stored", with(good, 8, {0, 0, 0, 0, 0, 0, 0, 0}));
  refused(reader, "huge dim", with(good, 16, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}));
  refused(reader, "huge dim", with(good, 16, {0, 0, 0, 0, 0, 0, 0, 1}));
  refused(reader, "dim 0", with(good, 16, {0, 0, 0, 0, 0, 0, 0, 0}));
}

KERNEL_TEST(malformed, overflowing_products) {
  BlobReader reader;
  const std::uint64_t large = std::uint64_t{1} << 32, half = std::uint64_t{1} << 63;
  for (const Shape& shape : {shape_of({large, large}), shape_of({large, large, 0}), shape_of({0, half}),
                             shape_of({half, 2}), shape_of({large, large, large, large, large, large})}) {
    for (unsigned encoding = 0; encoding < 5; ++encoding) {
      refused(reader, "overflow", header_by_hand(encoding, Dtype::float32, shape, 0));
    }
  }
}

KERNEL_TEST(malformed, offsets_and_bits) {
  BlobReader reader;
  const Bytes good = sample_bitmap(40000);  // Three blocks: four offsets at 64, bits at 128.
  refused(reader, "first offset", with(good, 64, {1}));
  refused(reader, "falling offset", with(good, 72, {0xFF, 0xFF}));
  refused(reader, "huge offset", with(good, 72, {0, 0, 0, 0, 0, 0, 0, 0x80}));
  refused(reader, "last offset", with(good, 88, {1}));
  refused(reader, "offset padding", with(good, 96, {1}));
  refused(reader, "a bit more or less", with(good, 128, {good[128] ^ 1u}));
  refused(reader, "bit padding", with(good, 128 + 5000, {1}));
  Bytes odd = sample_bitmap(1001);
  refused(reader, "padding bit", with(odd, 128 + 125, {odd[128 + 125] ^ 0x80u}));
}

// Every single flipped bit is refused, but for those that make another good blob: in the values, in the
// element type, and in a dim when the bits' last bytes and their padding have room for the difference.
KERNEL_TEST(malformed, every_flipped_bit) {
  BlobReader reader;
  const Bytes good = sample_bitmap(1000);
  const std::size_t values = 128 + 128;
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    Bytes bytes = good;
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1u << bit % 8));
    const bool accepted = reader.read(bytes).empty();
    const bool either = bit / 8 == 5 || (bit / 8 >= 16 && bit / 8 < 24);
    if (!either) expect(accepted == (bit / 8 >= values), "flipped bit " + std::to_string(bit));
  }
}

// Random damage in several places, random encodings and lengths: never a crash, never a write beside the
// output.
KERNEL_TEST(malformed, random_damage) {
  BlobReader reader;
  Rng rng(12);
  const Bytes samples[] = {sample_bitmap(100), sample_bitmap(17000),
                           header_by_hand(0, Dtype::uint8, shape_of({0, 3}), 0)};
  for (int trial = 0; trial < 20000; ++trial) {
    Bytes bytes = samples[rng.below(3)];
    for (std::size_t i = rng.below(4); i-- > 0;) {
      bytes[rng.below(rng.chance(70) ? 64 : bytes.size())] = static_cast<std::uint8_t>(rng.next());
    }
    if (rng.chance(20)) bytes.resize(rng.below(bytes.size() + 100));
    reader.read(bytes);
  }
}

KERNEL_TEST(malformed, unaligned_blob) {
  Blob blob(sample_bitmap(100));
  Held held;
  Blob shifted(blob.size() + 8);
  std::memcpy(shifted.data() + 1, blob.data(), blob.size());
  expect(static_cast<bool>(read_header(shifted.data() + 1, blob.size(), held)), "accepted an unaligned blob");
}

}  // namespace bitgraph::test
