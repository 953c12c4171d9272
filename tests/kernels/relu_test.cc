// ReLU with its mask and its count: every table against values worked out here.
#include "floats.h"
#include "harness.h"
#include "oracle.h"

namespace bitgraph::test {

namespace {

using Word = std::uint32_t;

constexpr Word kSign = 0x80000000u, kInfinityBits = 0x7F800000u;

// On the bits: a negative number is one whose sign is set, but not -0 and not a NaN.
Word relu_bits(Word x) { return x > kSign && x <= (kSign | kInfinityBits) ? 0 : x; }
bool is_positive(Word y) { return y > 0 && y <= kInfinityBits; }

void fill(float* x, std::size_t n, Rng& rng) {
  const std::vector<Word>& all = specials<Word>();
  for (std::size_t i = 0; i < n; ++i) {
    const float number = static_cast<float>(rng.below(2001)) / 250.0f - 4.0f;
    x[i] = rng.chance(25) ? bit_cast<float>(all[rng.below(all.size())]) : number;
  }
}

struct Expected {
  std::vector<Word> y;
  std::vector<std::uint8_t> bits;
  std::size_t nonzeros = 0;

  Expected(const float* x, std::size_t n) : y(n), bits((n + 7) / 8) {
    for (std::size_t i = 0; i < n; ++i) {
      y[i] = relu_bits(bit_cast<Word>(x[i]));
      nonzeros += y[i] != 0;
      if (is_positive(y[i])) bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | 1u << i % 8);
    }
  }
};

bool agrees(const float* y, const std::uint8_t* bits, std::size_t nonzeros, const Expected& expected) {
  return nonzeros == expected.nonzeros &&
         same(reinterpret_cast<const Word*>(y), expected.y.data(), expected.y.size()) &&
         same(bits, expected.bits.data(), expected.bits.size());
}

}  // namespace

KERNEL_TEST(relu, every_length_and_alignment) {
  for (const Kernels* kernels : tables()) {
    Guarded<float> x_memory(kLongest), y_memory(kLongest);
    Guarded<std::uint8_t> bits_memory(kLongest);
    Rng rng(31);
    for (const std::size_t n : lengths()) {
      for (const std::size_t gap : Sizes{0, 1, 3, 8}) {
        float *x = x_memory.place(n, gap), *y = y_memory.place(n, gap / 2);
        std::uint8_t* bits = bits_memory.place((n + 7) / 8, gap);
        fill(x, n, rng);
        const Expected expected(x, n);
        const std::string where = describe(*kernels, "n", n, "gap", gap);
        const std::size_t apart = kernels->relu(x, n, y, bits);
        expect(agrees(y, bits, apart, expected) && y_memory.intact() && bits_memory.intact(), where);
        const std::size_t in_place = kernels->relu(x, n, x, bits);
        expect(agrees(x, bits, in_place, expected) && x_memory.intact(), "in place " + where);
      }
    }
  }
}

}  // namespace bitgraph::test
