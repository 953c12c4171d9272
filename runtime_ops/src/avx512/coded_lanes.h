// What coding and decoding share: a group of 64 elements a step, one byte of each in a
// register.
#pragma once

#include "target.h"

#if BITGRAPH_X86_64

#include <cstddef>
#include <cstdint>

#include "avx2/lanes.h"

namespace bitgraph::avx512 {

// All lanes. gcc 12 warns of its own header where an instruction widens or narrows without a mask.
constexpr __mmask8 kAll8 = 0xFF;
constexpr __mmask16 kAll16 = 0xFFFF;

constexpr int kSelect = 0xCA;  // Bit by bit, first ? second : third.

// The numbers first, first + 2, ...: which 16-bit lanes, or bytes, of a pair of registers are taken.
struct alignas(64) EverySecond {
  std::uint16_t halves[2][32];
  std::uint8_t bytes[2][64];
};
constexpr EverySecond make_every_second() {
  EverySecond numbers{};
  for (unsigned i = 0; i < 64; ++i) {
    for (unsigned odd = 0; odd < 2; ++odd) {
      if (i < 32) numbers.halves[odd][i] = static_cast<std::uint16_t>(2 * i + odd);
      numbers.bytes[odd][i] = static_cast<std::uint8_t>(2 * i + odd);
    }
  }
  return numbers;
}
inline constexpr EverySecond kEverySecond = make_every_second();

BITGRAPH_AVX512 inline __m512i load512(const void* p) { return _mm512_loadu_si512(p); }
BITGRAPH_AVX512 inline __m512i bytes_of(unsigned value) { return _mm512_set1_epi8(static_cast<char>(value)); }

// `streamed`: past the caches.
BITGRAPH_AVX512 inline void store512(void* p, __m512i v, bool streamed) {
  streamed ? _mm512_stream_si512(static_cast<__m512i*>(p), v) : _mm512_storeu_si512(p, v);
}

BITGRAPH_AVX512 inline __m512i halves(__m512i a, __m512i b, unsigned odd) {
  return _mm512_permutex2var_epi16(a, load512(kEverySecond.halves[odd]), b);
}
BITGRAPH_AVX512 inline __m512i bytes(__m512i a, __m512i b, unsigned odd) {
  return _mm512_permutex2var_epi8(a, load512(kEverySecond.bytes[odd]), b);
}

// Lanes 0 to n - 1.
BITGRAPH_AVX512 inline __mmask64 first(std::size_t n) {
  return _bzhi_u64(~std::uint64_t{0}, static_cast<unsigned>(n));
}

// The codes of a group.
struct Group {
  std::uint64_t planes[3];
};

// Where whole cache lines can be written.
inline bool on_line(const void* p) { return reinterpret_cast<std::uintptr_t>(p) % 64 == 0; }

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
