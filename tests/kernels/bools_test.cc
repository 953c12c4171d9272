// pack_bools, unpack_bools and popcount.
#include "harness.h"
#include "oracle.h"

namespace bitgraph::test {

KERNEL_TEST(bools, round_trip) {
  for (const Kernels* kernels : tables()) {
    Guarded<std::uint8_t> in(kLongest), bits(kLongest), out(kLongest);
    Rng rng(1);
    for (const std::size_t n : lengths()) {
      for (const std::size_t gap : Sizes{0, 1, 3, 8, 31, 33, 63}) {
        std::uint8_t* x = in.place(n, gap);
        fill(x, n, 50, rng);  // Any byte but 0 is true.
        const Bytes want = bit_string(nonzero(x, n));
        std::uint8_t* mask = bits.place(want.size(), gap);
        kernels->pack_bools(x, n, mask);
        expect(same(mask, want.data(), want.size()) && bits.intact(), describe(*kernels, "n", n, "gap", gap));

        std::uint8_t* back = out.place(n, gap);
        kernels->unpack_bools(mask, n, back);
        bool good = out.intact();
        for (std::size_t i = 0; i < n; ++i) good = good && back[i] == (x[i] != 0 ? 1 : 0);
        expect(good, "back " + describe(*kernels, "n", n, "gap", gap));
      }
    }
  }
}

KERNEL_TEST(bools, popcount) {
  for (const Kernels* kernels : tables()) {
    Guarded<std::uint8_t> bytes(kLongest);
    Rng rng(2);
    for (const std::size_t n : lengths()) {
      std::uint8_t* x = bytes.place(n, n % 5);
      std::size_t want = 0;
      for (std::size_t i = 0; i < n; ++i) {
        x[i] = static_cast<std::uint8_t>(rng.next());
        for (unsigned bit = 0; bit < 8; ++bit) want += x[i] >> bit & 1u;
      }
      expect(kernels->popcount(x, n) == want, describe(*kernels, "n", n));
    }
  }
}

}  // namespace bitgraph::test
