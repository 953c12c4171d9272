// Dropout: every table draws and drops as scalar does, from any element on; what is drawn tells its number.
#include "bitgraph/dropout.h"

#include <random>

#include "floats.h"
#include "harness.h"
#include "oracle.h"

namespace bitgraph::test {

namespace {

constexpr std::size_t kMost = 1 << 12;

// The first numbers of a seed, from the standard library's own engine.
std::vector<std::uint32_t> numbers_of(std::uint32_t seed, std::size_t n) {
  std::minstd_rand0 engine(seed);
  std::vector<std::uint32_t> numbers(n);
  for (std::uint32_t& number : numbers) number = static_cast<std::uint32_t>(engine());
  return numbers;
}

}  // namespace

KERNEL_TEST(dropout, draw) {
  Guarded<std::uint8_t> bits(kMost);
  Rng rng(51);
  for (std::size_t n = 0; n <= 300; ++n) {
    const auto seed = static_cast<std::uint32_t>(rng.next());
    const auto numbers = numbers_of(seed, n + 1);
    const std::uint32_t smallest = 1 + static_cast<std::uint32_t>(rng.below(0x7FFFFFFE));
    std::vector<std::uint8_t> expected((n + 7) / 8);
    for (std::size_t i = 0; i < n; ++i) {
      if (numbers[i] >= smallest) expected[i / 8] = static_cast<std::uint8_t>(expected[i / 8] | 1u << i % 8);
    }
    expect(first_number(seed) == numbers[0], "first number of " + std::to_string(seed));
    expect(first_number(seed_of(numbers[0])) == numbers[0], "seed of " + std::to_string(numbers[0]));
    expect(number_behind(numbers[0], n) == numbers[n], "number behind " + std::to_string(n));
    for (const Kernels* kernels : tables()) {
      std::uint8_t* out = bits.place(expected.size(), 0);
      kernels->dropout.draw(numbers[0], n, smallest, out);
      expect(same(out, expected.data(), expected.size()) && bits.intact(), describe(*kernels, "n", n));
    }
  }
}

KERNEL_TEST(dropout, draw_in_pieces) {
  constexpr std::size_t n = 300001;
  const auto numbers = numbers_of(77, n);
  const std::uint32_t smallest = smallest_kept(0.1f);
  for (const Kernels* kernels : tables()) {
    std::vector<std::uint8_t> bits((n + 7) / 8);
    draw(numbers[0], n, 0.1f, *kernels, {}, bits.data());
    bool all = true;
    for (std::size_t i = 0; i < n; ++i) all &= (bits[i / 8] >> i % 8 & 1) == (numbers[i] >= smallest);
    expect(all, describe(*kernels, "n", n));
  }
}

KERNEL_TEST(dropout, drop) {
  Guarded<float> x(kMost), y(kMost);
  Guarded<std::uint8_t> bits(kMost);
  Rng rng(52);
  const float specials[] = {bit_cast<float>(0x7FC12345u), bit_cast<float>(0x7F812345u), kInfinity, -0.0f,
                            -1e-41f};
  for (std::size_t n = 0; n <= 70; ++n) {
    float *in = x.place(n, n % 5), *apart = y.place(n, n % 3);
    std::uint8_t* kept = bits.place((n + 7) / 8, 0);
    for (std::size_t i = 0; i < n; ++i) {
      in[i] = rng.chance(20) ? specials[rng.below(5)] : static_cast<float>(rng.below(1u << 20)) - 4e5f;
    }
    for (std::size_t i = 0; i < (n + 7) / 8; ++i) kept[i] = static_cast<std::uint8_t>(rng.next());
    const std::vector<float> before(in, in + n);
    std::vector<float> expected(n);
    tables().back()->dropout.drop(in, kept, n, 0.9f, expected.data());
    for (const Kernels* kernels : tables()) {
      kernels->dropout.drop(in, kept, n, 0.9f, apart);
      expect(n == 0 || std::memcmp(apart, expected.data(), n * sizeof(float)) == 0,
             describe(*kernels, "n", n));
      kernels->dropout.drop(in, kept, n, 0.9f, in);
      expect(n == 0 || std::memcmp(in, expected.data(), n * sizeof(float)) == 0,
             "in place " + describe(*kernels, "n", n));
      expect(x.intact() && y.intact(), describe(*kernels, "n", n));
      if (n != 0) std::memcpy(in, before.data(), n * sizeof(float));
    }
  }
}

KERNEL_TEST(dropout, find_number) {
  Rng rng(53);
  bool kept[kTold];
  for (const float ratio : {0.01f, 0.05f, 0.1f, 0.2f, 0.3f, 0.5f, 0.7f, 0.9f, 0.99f}) {
    expect(tells_numbers(ratio), "tells at " + std::to_string(ratio));
    const std::uint32_t smallest = smallest_kept(ratio);
    for (int turn = 0; turn < 20; ++turn) {
      const auto seed = turn == 0 ? 0u : static_cast<std::uint32_t>(rng.next() >> (turn % 2 == 0 ? 33 : 60));
      const auto numbers = numbers_of(seed, kTold);
      for (std::size_t i = 0; i < kTold; ++i) kept[i] = numbers[i] >= smallest;
      expect(find_first_number(kept, kTold, smallest) == numbers[0],
             "ratio " + std::to_string(ratio) + " seed " + std::to_string(seed));
      kept[rng.below(kTold)] ^= true;
      if (turn == 0)
        expect(find_first_number(kept, kTold, smallest) == 0, "spoiled " + std::to_string(ratio));
    }
  }
  for (const float ratio : {1e-4f, 0.9999f}) expect(!tells_numbers(ratio), "doubts " + std::to_string(ratio));
}

}  // namespace bitgraph::test
