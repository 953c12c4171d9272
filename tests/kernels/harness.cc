#include "harness.h"

#include <cstdio>
#include <cstdlib>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
#define BITGRAPH_GUARD_PAGES 1
#endif

namespace bitgraph::test {

namespace {

struct Entry {
  std::string suite, name;
  void (*body)();
};

std::vector<Entry>& entries() {
  static std::vector<Entry> all;
  return all;
}

std::uint64_t seed = 20240607;
std::size_t failures = 0;

constexpr std::uint8_t kFill = 0xA5;

}  // namespace

Registered::Registered(const char* suite, const char* name, void (*body)()) {
  entries().push_back({suite, name, body});
}

void fail(const std::string& what) {
  constexpr std::size_t kShown = 20;
  if (++failures <= kShown)
    std::printf("  FAILED: %s (seed %llu)\n", what.c_str(), static_cast<unsigned long long>(seed));
}

void expect(bool holds, const std::string& what) {
  if (!holds) fail(what);
}

const std::vector<const Kernels*>& tables() {
  static const std::vector<const Kernels*> found = [] {
    std::vector<const Kernels*> all;
    for (const Isa& isa : list_isas().isas) {
      if (isa.kernels == nullptr) {
        std::printf("  skipped: %s (not compiled for or not supported by this processor)\n", isa.name);
      } else {
        std::printf("  tested: %s\n", isa.name);
        all.push_back(isa.kernels);
      }
    }
    return all;
  }();
  return found;
}

Rng::Rng(std::uint64_t stream) : state_(seed ^ (stream * 0x9E3779B97F4A7C15u)) {}

std::uint64_t Rng::next() {
  std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

#if BITGRAPH_GUARD_PAGES

GuardedBytes::GuardedBytes(std::size_t capacity) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  usable_ = (capacity + 512 + page - 1) / page * page;
  mapped_ = usable_ + 2 * page;
  void* memory = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  base_ = static_cast<std::uint8_t*>(memory) + page;
  if (mprotect(base_, usable_, PROT_READ | PROT_WRITE) != 0) std::abort();
}

GuardedBytes::~GuardedBytes() {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  munmap(base_ - page, mapped_);
}

#else

GuardedBytes::GuardedBytes(std::size_t capacity) : usable_((capacity + 1024) / 64 * 64) {
  base_ = static_cast<std::uint8_t*>(::operator new(usable_, std::align_val_t{64}));
}

GuardedBytes::~GuardedBytes() { ::operator delete(base_, std::align_val_t{64}); }

#endif

std::uint8_t* GuardedBytes::place(std::size_t size, std::size_t gap) {
  end_ = usable_ - gap;
  begin_ = end_ - size;
  const std::size_t before = begin_ < 256 ? begin_ : 256;
  std::memset(base_ + begin_ - before, kFill, before + size + gap);
  return base_ + begin_;
}

bool GuardedBytes::intact() const {
  const std::size_t before = begin_ < 256 ? begin_ : 256;
  for (std::size_t i = begin_ - before; i < begin_; ++i) {
    if (base_[i] != kFill) return false;
  }
  for (std::size_t i = end_; i < usable_; ++i) {
    if (base_[i] != kFill) return false;
  }
  return true;
}

template <>
const std::vector<std::uint8_t>& specials() {
  static const std::vector<std::uint8_t> all = {0x80, 0x01, 0xFF, 0x7F};
  return all;
}

template <>
const std::vector<std::uint16_t>& specials() {  // As binary16 and as bfloat16.
  static const std::vector<std::uint16_t> all = {0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x7C00, 0xFC00,
                                                 0x7C01, 0xFE05, 0x7F80, 0xFF80, 0x7F81, 0xFFC3, 0x3C00,
                                                 0x3F80, 0xBF80, 0x7BFF, 0x7F7F, 0xFFFF, 0x7FFF};
  return all;
}

template <>
const std::vector<std::uint32_t>& specials() {
  static const std::vector<std::uint32_t> all = {0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007FFFFF,
                                                 0x7F800000, 0xFF800000, 0x7FC12345, 0xFFC00001, 0x7F812345,
                                                 0xFF800001, 0x3F800000, 0xBF800000, 0x7F7FFFFF};
  return all;
}

template <>
const std::vector<std::uint64_t>& specials() {
  static const std::vector<std::uint64_t> all = {0x0000000000000000, 0x8000000000000000, 0x0000000000000001,
                                                 0x8000000000000001, 0x7FF0000000000000, 0xFFF0000000000000,
                                                 0x7FF8000000012345, 0xFFF8000000000001, 0x7FF0000000012345,
                                                 0xFFF0000000000001, 0x3FF0000000000000, 0x0000000100000000};
  return all;
}

std::vector<std::size_t> lengths() {
  std::vector<std::size_t> all;
  for (std::size_t n = 0; n <= 2 * 128 + 2; ++n) all.push_back(n);
  for (const std::size_t n : Sizes{1023, 1024, 1025, 8191, 16383, 16384, 16385, 32770}) all.push_back(n);
  return all;
}

}  // namespace bitgraph::test

// kernel_tests [--seed N] [SUITE...]: runs the suites named, or all.
int main(int argc, char** argv) {
  using namespace bitgraph::test;
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else {
      wanted.emplace_back(argv[i]);
    }
  }
  std::size_t run = 0;
  for (const Entry& entry : entries()) {
    bool chosen = wanted.empty();
    for (const std::string& suite : wanted) chosen = chosen || suite == entry.suite;
    if (!chosen) continue;
    std::printf("%s.%s\n", entry.suite.c_str(), entry.name.c_str());
    std::fflush(stdout);
    entry.body();
    ++run;
  }
  std::printf("%zu tests, %zu failures\n", run, failures);
  return run == 0 || failures != 0 ? 1 : 0;
}
