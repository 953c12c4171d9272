// select and multiply, out of place and in place.
#include <cmath>

#include "floats.h"
#include "harness.h"
#include "oracle.h"

namespace bitgraph::test {

namespace {

// Runs `kernel(dy, bits, n, dx)` over lengths and alignments, apart and in place, and asks want(dy, bit) for
// each.
template <class T, class Kernel, class Want>
void agrees(const Kernels& kernels, const char* what, Kernel kernel, Want want) {
  using U = Bits<T>;
  Guarded<T> in(kLongest), out(kLongest);
  Guarded<std::uint8_t> masks(kLongest);
  Rng rng(4);
  for (const std::size_t n : lengths()) {
    for (const std::size_t gap : Sizes{0, 1, 3, 8, 33}) {
      T* dy = in.place(n, gap);
      fill(reinterpret_cast<U*>(dy), n, 10, rng);
      std::vector<bool> set(n);
      std::vector<U> expected(n);
      for (std::size_t i = 0; i < n; ++i) {
        set[i] = rng.chance(50);
        expected[i] = want(bit_cast<U>(dy[i]), set[i]);
      }
      const Bytes bytes = bit_string(set);
      std::uint8_t* bits = masks.place(bytes.size(), gap);
      if (!bytes.empty()) std::memcpy(bits, bytes.data(), bytes.size());
      T* dx = out.place(n, gap);
      kernel(dy, bits, n, dx);
      const std::string where = what + describe(kernels, " width", sizeof(T), "n", n, "gap", gap);
      expect(same(reinterpret_cast<const U*>(dx), expected.data(), n) && out.intact(), where);
      kernel(dy, bits, n, dy);
      expect(same(reinterpret_cast<const U*>(dy), expected.data(), n) && in.intact(), "in place " + where);
    }
  }
}

// What the processor gives for x * 1 and x * 0: the compiler must not do it, it drops the quieting of NaN.
template <class T>
Bits<T> product(Bits<T> x, bool bit) {
  volatile T a = bit_cast<T>(x);
  volatile T b = bit ? T{1} : T{0};
  return bit_cast<Bits<T>>(static_cast<T>(a * b));
}

// A binary16 product goes through float: NaN stays, quiet; infinity * 0 is the processor's own NaN.
std::uint16_t product_of_halves(std::uint16_t x, bool bit) {
  const double value = number(static_cast<Float16>(x));
  if (std::isnan(value)) return static_cast<std::uint16_t>(x | 0x0200u);
  if (bit) return x;
  if (!std::isinf(value)) return static_cast<std::uint16_t>(x & 0x8000u);
  const std::uint32_t nan = product<float>(0x7F800000u, false);
  return static_cast<std::uint16_t>((nan >> 16 & 0x8000u) | 0x7E00u);
}

// A bfloat16 is the upper half of a float, and its product with 1 or 0 is exact there.
std::uint16_t product_of_bfloats(std::uint16_t x, bool bit) {
  if (std::isnan(number(static_cast<Bfloat16>(x)))) return static_cast<std::uint16_t>(x | 0x0040u);
  return static_cast<std::uint16_t>(product<float>(static_cast<std::uint32_t>(x) << 16, bit) >> 16);
}

}  // namespace

KERNEL_TEST(gradients, select) {
  for (const Kernels* kernels : tables()) {
    const auto check = [&](auto unit) {
      using U = decltype(unit);
      agrees<U>(
          *kernels, "select",
          [&](const U* dy, const std::uint8_t* bits, std::size_t n, U* dx) {
            kernels->width<U>().select(dy, bits, n, dx);
          },
          [](U dy, bool bit) { return bit ? dy : U{0}; });
    };
    check(std::uint16_t{});
    check(std::uint32_t{});
    check(std::uint64_t{});
  }
}

KERNEL_TEST(gradients, select_bytes) {
  for (const Kernels* kernels : tables()) {
    Rng rng(5);
    for (const std::size_t n : lengths()) {
      Bytes dy(n), dx(n + 1, 0xA5);
      fill(dy.data(), n, 10, rng);
      std::vector<bool> set(n);
      for (std::size_t i = 0; i < n; ++i) set[i] = rng.chance(50);
      kernels->width<std::uint8_t>().select(dy.data(), bit_string(set).data(), n, dx.data());
      bool good = dx[n] == 0xA5;
      for (std::size_t i = 0; i < n; ++i) good = good && dx[i] == (set[i] ? dy[i] : 0);
      expect(good, describe(*kernels, "n", n));
    }
  }
}

KERNEL_TEST(gradients, multiply) {
  for (const Kernels* kernels : tables()) {
    const auto check = [&](auto unit, auto want) {
      using T = decltype(unit);
      agrees<T>(
          *kernels, "multiply",
          [&](const T* dy, const std::uint8_t* bits, std::size_t n, T* dx) {
            kernels->floating<T>().multiply(dy, bits, n, dx);
          },
          want);
    };
    check(float{}, product<float>);
    check(double{}, product<double>);
    check(Float16{}, product_of_halves);
    check(Bfloat16{}, product_of_bfloats);
  }
}

}  // namespace bitgraph::test
