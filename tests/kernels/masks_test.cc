// positive and within: against the comparison itself, on every special value.
#include <cmath>
#include <limits>

#include "floats.h"
#include "harness.h"
#include "oracle.h"

namespace bitgraph::test {

namespace {

// Runs `encode(kernels, x, n, bits)` of every instruction set over lengths and alignments.
template <class T, class Encode, class Holds>
void agrees(const char* what, Encode encode, Holds holds) {
  using U = Bits<T>;
  Guarded<T> in(kLongest);
  Guarded<std::uint8_t> out(kLongest);
  Rng rng(3);
  for (const std::size_t n : lengths()) {
    for (const std::size_t gap : Sizes{0, 1, 2, 3, 5, 7, 8, 33}) {
      T* x = in.place(n, gap);
      fill(reinterpret_cast<U*>(x), n, 20, rng);
      std::vector<bool> want(n);
      for (std::size_t i = 0; i < n; ++i) want[i] = holds(number(x[i]));
      const Bytes bytes = bit_string(want);
      for (const Kernels* kernels : tables()) {
        std::uint8_t* bits = out.place(bytes.size(), gap);
        encode(*kernels, x, n, bits);
        expect(same(bits, bytes.data(), bytes.size()) && out.intact(),
               what + describe(*kernels, " width", sizeof(T), "n", n, "gap", gap));
      }
    }
  }
}

template <class T>
void within_agrees(double low, double high) {
  const T least = from_number<T>(low), most = from_number<T>(high);
  agrees<T>(
      "within ",
      [&](const Kernels& kernels, const T* x, std::size_t n, std::uint8_t* bits) {
        kernels.floating<T>().within(x, n, least, most, bits);
      },
      [=](double x) { return x >= low && x <= high; });
}

}  // namespace

KERNEL_TEST(masks, positive) {
  for_each_float([](auto unit) {
    using T = decltype(unit);
    agrees<T>(
        "positive ",
        [](const Kernels& kernels, const T* x, std::size_t n, std::uint8_t* bits) {
          kernels.floating<T>().positive(x, n, bits);
        },
        [](double x) { return x > 0; });
  });
}

KERNEL_TEST(masks, within) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const double bounds[][2] = {{0, 6},
                              {-0.0, 0.0},
                              {-1, 1},
                              {-kInfinity, 1},
                              {-1, kInfinity},
                              {1, -1},
                              {kNan, 1},
                              {-1, kNan},
                              {kNan, kNan},
                              {0, kInfinity},
                              {-kInfinity, 0},
                              {-kInfinity, kInfinity},
                              {kInfinity, kInfinity}};
  for (const auto& bound : bounds) {
    for_each_float([&](auto unit) { within_agrees<decltype(unit)>(bound[0], bound[1]); });
  }
}

// All 65536 numbers of both 16-bit formats.
KERNEL_TEST(masks, every_16_bit_number) {
  for (const Kernels* kernels : tables()) {
    const auto all = [&](auto unit) {
      using T = decltype(unit);
      std::vector<T> x(65536);
      std::vector<bool> want(65536), inside(65536);
      for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = static_cast<T>(i);
        want[i] = number(x[i]) > 0;
        inside[i] = number(x[i]) >= -1.5 && number(x[i]) <= 2;
      }
      Bytes bits(8192);
      kernels->floating<T>().positive(x.data(), x.size(), bits.data());
      expect(bits == bit_string(want), describe(*kernels, "positive", sizeof(T)));
      kernels->floating<T>().within(x.data(), x.size(), from_number<T>(-1.5), from_number<T>(2), bits.data());
      expect(bits == bit_string(inside), describe(*kernels, "within", sizeof(T)));
    };
    all(Float16{});
    all(Bfloat16{});
  }
}

}  // namespace bitgraph::test
