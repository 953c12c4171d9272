// Moving between bits and lanes of 256-bit registers.
#pragma once

#include "target.h"

#if BITGRAPH_X86_64

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "lane_tables.h"

namespace bitgraph::avx2 {

// The eight lane numbers of byte m, in the low half.
BITGRAPH_AVX2 inline __m128i lanes_of(const LaneTable& table, unsigned m) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(table.lanes[m]));
}

BITGRAPH_AVX2 inline std::size_t popcount32(std::uint32_t m) {
  return static_cast<std::size_t>(_mm_popcnt_u32(m));
}

// All ones in each 32-bit lane whose bit is set in the low byte of m.
BITGRAPH_AVX2 inline __m256i lane_mask32(unsigned m) {
  const __m256i weights = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  const __m256i spread = _mm256_and_si256(_mm256_set1_epi32(static_cast<int>(m)), weights);
  return _mm256_cmpeq_epi32(spread, weights);
}

// The same for four 64-bit lanes and the low four bits.
BITGRAPH_AVX2 inline __m256i lane_mask64(unsigned m) {
  const __m256i weights = _mm256_setr_epi64x(1, 2, 4, 8);
  const __m256i spread = _mm256_and_si256(_mm256_set1_epi64x(static_cast<long long>(m)), weights);
  return _mm256_cmpeq_epi64(spread, weights);
}

// The same for sixteen 16-bit lanes.
BITGRAPH_AVX2 inline __m256i lane_mask16(unsigned m) {
  const __m256i weights = _mm256_setr_epi16(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192,
                                            16384, static_cast<short>(-32768));
  const __m256i spread = _mm256_and_si256(_mm256_set1_epi16(static_cast<short>(m)), weights);
  return _mm256_cmpeq_epi16(spread, weights);
}

// The same for 32 bytes and 32 bits.
BITGRAPH_AVX2 inline __m256i lane_mask8(std::uint32_t m) {
  const __m256i spread_bytes =
      _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i weights = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201u));
  const __m256i words = _mm256_set1_epi32(static_cast<int>(m));
  const __m256i spread = _mm256_and_si256(_mm256_shuffle_epi8(words, spread_bytes), weights);
  return _mm256_cmpeq_epi8(spread, weights);
}

BITGRAPH_AVX2 inline __m256i load256(const void* p) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(p));
}
BITGRAPH_AVX2 inline void store256(void* p, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }

// Asks for what a loop will read one page on, `bytes` a step: the processor's own prefetching stops at the
// end of each page. The address may lie past the end, where asking does nothing; so it is computed as a
// number.
BITGRAPH_AVX2 inline void fetch_ahead(const void* p, std::size_t bytes) {
  constexpr std::uintptr_t kDistance = 4096;
  const std::uintptr_t from = reinterpret_cast<std::uintptr_t>(p) + kDistance;
  for (std::size_t line = 0; line < bytes; line += 64) {
    _mm_prefetch(reinterpret_cast<const char*>(from + line), _MM_HINT_T0);
  }
}

// Sixteen or 32 bits of a bit string, which may have any alignment.
inline std::uint16_t load_bits16(const std::uint8_t* bits) {
  std::uint16_t m;
  std::memcpy(&m, bits, sizeof m);
  return m;
}
inline std::uint32_t load_bits32(const std::uint8_t* bits) {
  std::uint32_t m;
  std::memcpy(&m, bits, sizeof m);
  return m;
}
inline void store_bits16(std::uint8_t* bits, unsigned m) {
  const auto word = static_cast<std::uint16_t>(m);
  std::memcpy(bits, &word, sizeof word);
}
inline void store_bits32(std::uint8_t* bits, std::uint32_t m) { std::memcpy(bits, &m, sizeof m); }

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
