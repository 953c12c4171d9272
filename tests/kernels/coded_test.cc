// The kernels of `coded`: all parts as the oracle writes them, and back, over every instruction set.
#include "coded_oracle.h"
#include "harness.h"

namespace bitgraph::test {

namespace {

constexpr std::size_t kMost = 40000;

struct Buffers {
  Guarded<std::uint32_t> x{kMost}, back{kMost};
  Guarded<std::uint8_t> tops{kMost / kWindow + 1}, codes{kMost}, high{kMost}, escapes{kMost};
  Guarded<std::uint16_t> low{kMost};

  bool intact() const {
    return x.intact() && back.intact() && tops.intact() && codes.intact() && high.intact() &&
           escapes.intact() && low.intact();
  }
};

// Everything ends at a guard page, `gap` elements before it. With a length that is a multiple of 64 and no
// gap all lies at multiples of 64, where the kernels may write past the caches.
void round_trip(const Kernels& kernels, Buffers& buffers, const std::vector<std::uint32_t>& x,
                const CodedParts& parts, std::size_t gap, bool streamed) {
  const std::size_t n = x.size();
  const std::string where = describe(kernels, "n", n, "gap", gap, "streamed", streamed);
  std::uint32_t* from = buffers.x.place(n, gap);
  if (n != 0) std::memcpy(from, x.data(), 4 * n);
  std::uint8_t* tops = buffers.tops.place(parts.tops.size(), gap);
  const std::size_t escapes = kernels.coded.measure(from, n, tops);
  expect(escapes == parts.escapes.size(), "escapes " + where);
  expect(same(tops, parts.tops.data(), parts.tops.size()), "tops " + where);
  if (escapes != parts.escapes.size()) return;

  const CodedTarget to = {tops,
                          buffers.codes.place(parts.codes.size(), gap),
                          buffers.low.place(n, gap),
                          buffers.high.place(n, gap),
                          buffers.escapes.place(escapes, gap),
                          escapes};
  kernels.coded.encode(from, n, to, streamed);
  expect(same(to.codes, parts.codes.data(), parts.codes.size()), "codes " + where);
  expect(same(to.low, parts.low.data(), n), "low " + where);
  expect(same(to.high, parts.high.data(), n), "high " + where);
  expect(same(to.escapes, parts.escapes.data(), escapes), "escape bytes " + where);
  expect(kernels.coded.count_escapes(to.codes, n) == escapes, "counted " + where);

  std::uint32_t* back = buffers.back.place(n, gap);
  const CodedSource source = {to.tops, to.codes, to.low, to.high, to.escapes, escapes};
  expect(kernels.coded.decode(source, n, back, streamed) == escapes, "taken " + where);
  expect(same(back, x.data(), n), "decoded " + where);
  expect(buffers.intact(), "wrote beside an output: " + where);
}

void everywhere(Buffers& buffers, const std::vector<std::uint32_t>& x, std::size_t gap) {
  const CodedParts parts = coded_parts(x);
  for (const Kernels* kernels : tables()) {
    for (const bool streamed : {false, true}) round_trip(*kernels, buffers, x, parts, gap, streamed);
  }
}

}  // namespace

KERNEL_TEST(coded, lengths_and_alignments) {
  Buffers buffers;
  Rng rng(21);
  for (std::size_t n = 0; n <= 2 * kWindow + 2; ++n) {
    everywhere(buffers, floats_around(127, 2, n, rng), rng.below(40));
  }
  for (const std::size_t n : Sizes{512, 1024, 4096, 5003, 16384, 33000}) {
    for (const std::size_t gap : Sizes{0, 1, 2, 3, 16, 31}) {
      everywhere(buffers, floats_around(130, 5, n, rng), gap);
    }
  }
}

KERNEL_TEST(coded, every_exponent) {
  Buffers buffers;
  Rng rng(22);
  for (unsigned exponent = 0; exponent < 256; ++exponent) {
    for (const unsigned wild : {0u, 1u, 30u}) {
      everywhere(buffers, floats_around(exponent, wild, 2 * kWindow, rng), 0);
    }
    // One exponent for all, and one element of another.
    std::vector<std::uint32_t> x(kWindow, exponent << 23);
    everywhere(buffers, x, 0);
    x[rng.below(kWindow)] = (255u - exponent) << 23;
    everywhere(buffers, x, 0);
  }
}

KERNEL_TEST(coded, any_bits) {
  Buffers buffers;
  Rng rng(23);
  for (const unsigned zeros : {0u, 50u, 99u, 100u}) {
    for (int trial = 0; trial < 20; ++trial) {
      std::vector<std::uint32_t> x(3 * kWindow + rng.below(100));
      fill(x.data(), x.size(), zeros, rng);
      everywhere(buffers, x, 0);
    }
  }
}

// Exponents everywhere above the many that are alike: which are tried as a top is bounded.
KERNEL_TEST(coded, many_larger_exponents) {
  Buffers buffers;
  Rng rng(25);
  for (std::size_t larger = 0; larger < 40; ++larger) {
    std::vector<std::uint32_t> x = floats_around(100, 0, kWindow, rng);
    for (std::size_t i = 0; i < larger; ++i)
      x[rng.below(kWindow)] = static_cast<std::uint32_t>(110 + 3 * i) << 23;
    everywhere(buffers, x, 0);
  }
}

// Every pattern of escapes over sixteen neighbours.
KERNEL_TEST(coded, every_mask) {
  Buffers buffers;
  std::vector<std::uint32_t> x(kWindow * 16);
  unsigned exponent = 0;
  for (unsigned first = 0; first < 65536; first += kWindow) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      const unsigned mask = first + static_cast<unsigned>(i / 16);
      exponent = exponent * 5 + 1;
      x[i] = ((mask >> i % 16 & 1u) != 0 ? exponent % 100u : 127u) << 23;
    }
    everywhere(buffers, x, 0);
  }
}

// A reader of a part is handed the escapes of all that follows; a malformed blob may have too few, and then
// nothing is read past them.
KERNEL_TEST(coded, more_or_fewer_escapes) {
  Rng rng(24);
  for (const std::size_t n : Sizes{64, 512, 1000, 2048}) {
    const std::vector<std::uint32_t> x = floats_around(127, 20, n, rng);
    const CodedParts parts = coded_parts(x);
    Guarded<std::uint8_t> escapes(n + 100);
    Guarded<std::uint32_t> back(n);
    for (std::size_t given = 0; given < parts.escapes.size() + 70; given += 1 + given / 8) {
      std::uint8_t* bytes = escapes.place(given, 0);
      for (std::size_t i = 0; i < given; ++i) bytes[i] = i < parts.escapes.size() ? parts.escapes[i] : 99;
      std::vector<std::uint32_t> want = x;
      for (std::size_t i = 0, at = 0; i < n; ++i) {
        const unsigned top = parts.tops[i / kWindow], exponent = exponent_at(x, i);
        if (exponent <= top && exponent + 6 >= top) continue;
        if (at++ >= given) want[i] &= 0x807FFFFFu;
      }
      for (const Kernels* kernels : tables()) {
        std::uint32_t* out = back.place(n);
        const std::size_t taken = kernels->coded.decode(
            {parts.tops.data(), parts.codes.data(), parts.low.data(), parts.high.data(), bytes, given}, n,
            out, false);
        const std::size_t most = given < parts.escapes.size() ? given : parts.escapes.size();
        expect(taken == most && same(out, want.data(), n) && back.intact(),
               describe(*kernels, "n", n, "given", given));
      }
    }
  }
}

}  // namespace bitgraph::test
