#include "isa_detection.h"

#include <cstdint>

#include "target.h"

#if BITGRAPH_X86_64
#if defined(_MSC_VER)
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#endif

namespace bitgraph {

#if BITGRAPH_X86_64

namespace {

struct Registers {
  std::uint32_t eax, ebx, ecx, edx;
};

// Zeros for a leaf that this processor does not have.
Registers cpuid(std::uint32_t leaf) {
  Registers r{};
#if defined(_MSC_VER)
  int out[4];
  __cpuid(out, 0);
  if (static_cast<std::uint32_t>(out[0]) < leaf) return r;
  __cpuidex(out, static_cast<int>(leaf), 0);
  r = {static_cast<std::uint32_t>(out[0]), static_cast<std::uint32_t>(out[1]),
       static_cast<std::uint32_t>(out[2]), static_cast<std::uint32_t>(out[3])};
#else
  __get_cpuid_count(leaf, 0, &r.eax, &r.ebx, &r.ecx, &r.edx);
#endif
  return r;
}

constexpr bool has(std::uint32_t word, int bit) { return (word >> bit & 1u) != 0; }

// Register states that the operating system saves at a context switch; 0 when it does not say.
std::uint32_t saved_states() {
  constexpr int kOsxsave = 27;
  if (!has(cpuid(1).ecx, kOsxsave)) return 0;
#if defined(_MSC_VER)
  return static_cast<std::uint32_t>(_xgetbv(0));
#else
  std::uint32_t low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
#endif
}

constexpr std::uint32_t kYmm = 0x06;  // XMM and the upper halves of YMM.
constexpr std::uint32_t kZmm = 0xE6;  // And mask registers, upper halves of ZMM, ZMM16-31.

}  // namespace

bool supports_avx2() {
  const std::uint32_t leaf1 = cpuid(1).ecx, leaf7 = cpuid(7).ebx;
  const bool processor = has(leaf1, 23) && has(leaf1, 28) && has(leaf7, 3) && has(leaf7, 5);
  return processor && (saved_states() & kYmm) == kYmm;  // popcnt, avx, bmi, avx2
}

bool supports_avx512() {
  const Registers leaf7 = cpuid(7);
  const bool foundation =  // f, dq, bw, vl
      has(leaf7.ebx, 16) && has(leaf7.ebx, 17) && has(leaf7.ebx, 30) && has(leaf7.ebx, 31);
  const bool later =  // vbmi, vbmi2, vpopcntdq, bmi2
      has(leaf7.ecx, 1) && has(leaf7.ecx, 6) && has(leaf7.ecx, 14) && has(leaf7.ebx, 8);
  return supports_avx2() && foundation && later && (saved_states() & kZmm) == kZmm;
}

bool supports_neon() { return false; }

#else

bool supports_avx2() { return false; }
bool supports_avx512() { return false; }

#if BITGRAPH_ARM64
bool supports_neon() { return true; }  // Part of the architecture.
#else
bool supports_neon() { return false; }
#endif

#endif

}  // namespace bitgraph
