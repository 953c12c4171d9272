// select and multiply, out of place and in place.
#include <cmath>

#include "floats.h"
#include "harness.h"
#include "oracle.h"

namespace bitgraph::test {

namespace {

// Runs `kernel(dy, bits, n, dx)` over lengths and alignments, apart and in place, and asks want(dy, bit) for each.
template <class T, class Kernel, class Want>
void agrees(const Kernels& kernels, const char* what, Kernel kernel, Want want) {
  using U = Bits<T>;
  Guarded<T> in(kLongest), out(kLongest);
  Guarded<std::uint8_t> masks(kLongest);
  Rng rng(4);
  for (const std::size_t n : lengths()) {
    for (const std::size_t gap : {0, 1, 3, 8}) {
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

// A 16-bit product goes through float; its rules in words: NaN stays, quiet; infinity * 0 is the processor's NaN.
template <class T>
std::uint16_t product16(std::uint16_t x, bool bit, unsigned quiet, unsigned shift) {
  const double value = number(static_cast<T>(x));
  if (std::isnan(value)) return static_cast<std::uint16_t>(x | quiet);
  if (bit) return x;
  if (!std::isinf(value)) return static_cast<std::uint16_t>(x & 0x8000u);
  const std::uint32_t nan = product<float>(0x7F800000u, false);
  return static_cast<std::uint16_t>((nan >> 16 & 0x8000u) | ((nan >> shift & 0x7FFFu) | 0x7C00u | quiet));
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
    check(Float16{}, [](std::uint16_t x, bool bit) { return product16<Float16>(x, bit, 0x0200, 13); });
    check(Bfloat16{}, [](std::uint16_t x, bool bit) -> std::uint16_t {
      if (std::isnan(number(static_cast<Bfloat16>(x)))) return static_cast<std::uint16_t>(x | 0x0040u);
      // Exact in float, so the upper half is the result.
      return static_cast<std::uint16_t>(product<float>(static_cast<std::uint32_t>(x) << 16, bit) >> 16);
    });
  }
}

}  // namespace bitgraph::test
