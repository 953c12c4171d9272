// count_nonzero, pack and unpack: one law each, over every instruction set and element width.
#include "harness.h"
#include "oracle.h"

namespace bitgraph::test {

namespace {

template <class U>
struct Buffers {
  Guarded<U> x{kLongest}, values{kLongest}, back{kLongest};
  Guarded<std::uint8_t> bits{kLongest};
};

// Packs n elements and unpacks them again; everything ends at a guard page, `gap` elements before it.
template <class U>
void round_trip(const Kernels& kernels, Buffers<U>& buffers, std::size_t n, std::size_t gap, unsigned zeros,
                Rng& rng) {
  const std::string where = describe(kernels, "width", sizeof(U), "n", n, "gap", gap, "zeros", zeros);
  U* x = buffers.x.place(n, gap);
  fill(x, n, zeros, rng);
  const Bytes bits = bit_string(nonzero(x, n));
  const std::vector<U> values = kept(x, n);

  const std::size_t count = kernels.width<U>().count_nonzero(x, n);
  expect(count == values.size(), "count " + where);

  U* packed = buffers.values.place(values.size(), gap);
  std::uint8_t* mask = buffers.bits.place(bits.size(), gap);
  kernels.width<U>().pack(x, n, mask, packed, values.size());
  expect(same(mask, bits.data(), bits.size()), "bits " + where);
  expect(same(packed, values.data(), values.size()), "values " + where);
  expect(buffers.values.intact() && buffers.bits.intact(), "pack wrote beside its outputs: " + where);

  U* back = buffers.back.place(n, gap);
  kernels.width<U>().unpack(mask, n, packed, values.size(), back);
  expect(same(back, x, n), "unpack " + where);
  back = buffers.back.place(n, gap);
  kernels.width<U>().unpack_streamed(mask, n, packed, values.size(), back);
  expect(same(back, x, n), "unpack_streamed " + where);
  expect(buffers.back.intact() && buffers.x.intact(), "unpack wrote beside its output: " + where);
}

}  // namespace

KERNEL_TEST(pack, lengths_and_alignments) {
  for (const Kernels* kernels : tables()) {
    for_each_width([&](auto unit) {
      using U = decltype(unit);
      Buffers<U> buffers;
      Rng rng(sizeof(U));
      for (const std::size_t n : lengths()) {
        for (const std::size_t gap : Sizes{0, 1, 2, 3, 5, 7, 8, 31}) {
          round_trip(*kernels, buffers, n, gap, 50, rng);
        }
        for (const unsigned zeros : {0u, 10u, 90u, 99u, 100u})
          round_trip(*kernels, buffers, n, 0, zeros, rng);
      }
    });
  }
}

// A step of AVX-512 is a line of 64 bytes, sixteen to 64 elements: each start and length around one, with the
// values, bits and elements starting at each place in a line.
KERNEL_TEST(pack, around_a_line) {
  for (const Kernels* kernels : tables()) {
    for_each_width([&](auto unit) {
      using U = decltype(unit);
      Buffers<U> buffers;
      Rng rng(16 + sizeof(U));
      for (std::size_t gap = 0; gap <= 65; ++gap) {
        for (const std::size_t n : Sizes{1, 7, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129}) {
          for (const unsigned zeros : {0u, 50u, 100u}) round_trip(*kernels, buffers, n, gap, zeros, rng);
        }
      }
    });
  }
}

// Every pattern of zeros over eight and over sixteen neighbouring elements: at the end of the tensor, and
// before so many others that a step is a whole one.
KERNEL_TEST(pack, every_mask) {
  for (const Kernels* kernels : tables()) {
    for_each_width([&](auto unit) {
      using U = decltype(unit);
      constexpr std::size_t kLanes = 16, kMost = 128;
      Guarded<U> values(kMost), back(kMost);
      Guarded<std::uint8_t> bits(kMost / 8);
      U x[kMost];
      for (std::size_t i = 0; i < kMost; ++i) x[i] = static_cast<U>(i + 1);
      for (unsigned m = 0; m < 65536; ++m) {
        for (std::size_t i = 0; i < kLanes; ++i) x[i] = static_cast<U>((m >> i & 1u) != 0 ? i + 1 : 0);
        for (const std::size_t n : {kLanes, kMost}) {
          const std::vector<U> want = kept(x, n);
          U* packed = values.place(want.size());
          std::uint8_t* mask = bits.place(n / 8);
          kernels->width<U>().pack(x, n, mask, packed, want.size());
          U* restored = back.place(n);
          kernels->width<U>().unpack(mask, n, packed, want.size(), restored);
          const bool good = mask[0] == (m & 255u) && mask[1] == m >> 8 &&
                            same(packed, want.data(), want.size()) && same(restored, x, n);
          expect(good, describe(*kernels, "width", sizeof(U), "n", n, "mask", m));
        }
      }
    });
  }
}

// restore() of a part hands over more values than the part has bits: the rest must not be taken.
KERNEL_TEST(pack, more_values_than_bits) {
  for (const Kernels* kernels : tables()) {
    for_each_width([&](auto unit) {
      using U = decltype(unit);
      Guarded<U> back(kLongest);
      Rng rng(7);
      for (const std::size_t n : Sizes{1, 7, 8, 9, 31, 64, 100, 257}) {
        std::vector<U> x(n), values;
        fill(x.data(), n, 50, rng);
        values = kept(x.data(), n);
        for (std::size_t extra = 0; extra < 20; ++extra) values.push_back(static_cast<U>(extra + 1));
        const Bytes bits = bit_string(nonzero(x.data(), n));
        U* restored = back.place(n);
        kernels->width<U>().unpack(bits.data(), n, values.data(), values.size(), restored);
        expect(same(restored, x.data(), n) && back.intact(), describe(*kernels, "width", sizeof(U), "n", n));
      }
    });
  }
}

// Counters of few bits must not run over on a long stretch of zeros.
KERNEL_TEST(pack, long_stretches) {
  for (const Kernels* kernels : tables()) {
    for_each_width([&](auto unit) {
      using U = decltype(unit);
      std::vector<U> x(std::size_t{1} << 20, U{0});
      const std::size_t none = kernels->width<U>().count_nonzero(x.data(), x.size());
      expect(none == 0, describe(*kernels, "zeros counted", none));
      for (U& element : x) element = 1;
      const std::size_t all = kernels->width<U>().count_nonzero(x.data(), x.size());
      expect(all == x.size(), describe(*kernels, "ones counted", all));
    });
  }
}

}  // namespace bitgraph::test
