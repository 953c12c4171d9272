// A small test harness: named tests, every instruction set that runs here, guarded buffers, seeded values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <vector>

#include "bitgraph/kernels.h"

namespace bitgraph::test {

// Registers a test under its file's name: KERNEL_TEST(pack, exhaustive_masks) { ... }
#define KERNEL_TEST(suite, name)                                                                        \
  static void suite##_##name();                                                                         \
  static const ::bitgraph::test::Registered registered_##suite##_##name(#suite, #name, suite##_##name); \
  static void suite##_##name()

struct Registered {
  Registered(const char* suite, const char* name, void (*body)());
};

// For loops over a few lengths.
using Sizes = std::initializer_list<std::size_t>;

// Counts and prints a failure; the test goes on.
void fail(const std::string& what);
void expect(bool holds, const std::string& what);

// Names a case in a failure: describe(kernels, "n", 17, "gap", 3) is "avx2 n=17 gap=3".
inline std::string describe(const Kernels& kernels) { return kernels.isa; }
template <class Value, class... Rest>
std::string describe(const Kernels& kernels, const char* name, Value value, Rest... rest) {
  const std::string pair = " " + std::string(name) + "=" + std::to_string(value);
  return describe(kernels, rest...).insert(std::strlen(kernels.isa), pair);
}

// The tables that run here, best first. Those that do not are named once, as skipped.
const std::vector<const Kernels*>& tables();

// Repeatable numbers (splitmix64); the seed is the program's --seed.
class Rng {
 public:
  explicit Rng(std::uint64_t stream);
  std::uint64_t next();
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

// Memory between two pages that may not be touched: a read or write past the end stops the test at once. What
// lies between the elements and the pages is filled, and intact() says whether it is still as it was.
class GuardedBytes {
 public:
  explicit GuardedBytes(std::size_t capacity);
  ~GuardedBytes();
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;

  // `size` bytes that end `gap` bytes before the page.
  std::uint8_t* place(std::size_t size, std::size_t gap);
  bool intact() const;

 private:
  std::uint8_t* base_ = nullptr;  // Of the usable memory, or null.
  std::size_t usable_ = 0;
  std::size_t mapped_ = 0;
  std::size_t begin_ = 0, end_ = 0;  // Where the bytes handed out lie.
};

template <class T>
class Guarded {
 public:
  explicit Guarded(std::size_t capacity) : bytes_(capacity * sizeof(T)) {}
  T* place(std::size_t n, std::size_t gap = 0) {
    return reinterpret_cast<T*>(bytes_.place(n * sizeof(T), gap * sizeof(T)));
  }
  bool intact() const { return bytes_.intact(); }

 private:
  GuardedBytes bytes_;
};

// Bits of numbers that go wrong easily: both zeros, subnormals, infinities, quiet and signalling NaN with
// payloads.
template <class U>
const std::vector<U>& specials();

// Random elements of which `zeros` percent are 0; some are specials, among them -0.0.
template <class U>
void fill(U* x, std::size_t n, unsigned zeros, Rng& rng) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<U>& all = specials<U>();
    const U value = rng.chance(20) ? all[rng.below(all.size())] : static_cast<U>(rng.next() | 1);
    x[i] = rng.chance(zeros) ? U{0} : value;
  }
}

// Kernels work on up to 128 elements a step: lengths on both sides of each multiple, and a few long ones.
std::vector<std::size_t> lengths();
constexpr std::size_t kLongest = 40000;

// Runs body(U{}) for each element width.
template <class Body>
void for_each_width(Body body) {
  body(std::uint8_t{});
  body(std::uint16_t{});
  body(std::uint32_t{});
  body(std::uint64_t{});
}

}  // namespace bitgraph::test
