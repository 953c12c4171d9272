#include <cstring>

#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

// One bit for each of 32 elements: not all of its bits are zero.
BITGRAPH_AVX2 inline std::uint32_t zero8(const std::uint32_t* x) {
  const __m256i zero = _mm256_cmpeq_epi32(load256(x), _mm256_setzero_si256());
  return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(zero)));
}
BITGRAPH_AVX2 inline std::uint32_t nonzero32(const std::uint32_t* x) {
  return ~(zero8(x) | zero8(x + 8) << 8 | zero8(x + 16) << 16 | zero8(x + 24) << 24);
}
BITGRAPH_AVX2 inline std::uint32_t zero8(const std::uint64_t* x) {
  const __m256i low = _mm256_cmpeq_epi64(load256(x), _mm256_setzero_si256());
  const __m256i high = _mm256_cmpeq_epi64(load256(x + 4), _mm256_setzero_si256());
  return static_cast<std::uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(low)) |
                                    _mm256_movemask_pd(_mm256_castsi256_pd(high)) << 4);
}
BITGRAPH_AVX2 inline std::uint32_t nonzero32(const std::uint64_t* x) {
  return ~(zero8(x) | zero8(x + 8) << 8 | zero8(x + 16) << 16 | zero8(x + 24) << 24);
}
BITGRAPH_AVX2 inline std::uint32_t nonzero32(const std::uint16_t* x) {
  const __m256i low = _mm256_cmpeq_epi16(load256(x), _mm256_setzero_si256());
  const __m256i high = _mm256_cmpeq_epi16(load256(x + 16), _mm256_setzero_si256());
  // Packing works in each half: quarters come out as 0 2 1 3.
  const __m256i bytes = _mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0xD8);
  return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}
BITGRAPH_AVX2 inline std::uint32_t nonzero32(const std::uint8_t* x) {
  return ~static_cast<std::uint32_t>(
      _mm256_movemask_epi8(_mm256_cmpeq_epi8(load256(x), _mm256_setzero_si256())));
}

// Of eight elements those of mask m go to the front of `out`, which has room for eight.
BITGRAPH_AVX2 inline void keep8(const std::uint32_t* x, unsigned m, std::uint32_t* out) {
  const __m256i from = _mm256_cvtepu8_epi32(lanes_of(kGather, m));
  store256(out, _mm256_permutevar8x32_epi32(load256(x), from));
}

// Four 64-bit lanes are eight halves: lane k of the result is halves 2k and 2k + 1 of its source.
BITGRAPH_AVX2 inline void keep4(const std::uint64_t* x, unsigned m, std::uint64_t* out) {
  const __m256i even = _mm256_slli_epi64(_mm256_cvtepu8_epi64(lanes_of(kGather, m)), 1);
  const __m256i odd = _mm256_slli_epi64(_mm256_add_epi64(even, _mm256_set1_epi64x(1)), 32);
  store256(out, _mm256_permutevar8x32_epi32(load256(x), _mm256_or_si256(even, odd)));
}
BITGRAPH_AVX2 inline void keep8(const std::uint64_t* x, unsigned m, std::uint64_t* out) {
  keep4(x, m & 0xFu, out);
  keep4(x + 4, m >> 4, out + popcount32(m & 0xFu));
}

// A 16-bit lane is two bytes: lane k becomes bytes 2k and 2k + 1.
BITGRAPH_AVX2 inline void keep8(const std::uint16_t* x, unsigned m, std::uint16_t* out) {
  const __m128i lane = lanes_of(kGather, m), even = _mm_add_epi8(lane, lane);
  const __m128i from = _mm_unpacklo_epi8(even, _mm_add_epi8(even, _mm_set1_epi8(1)));
  const __m128i lanes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(x));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(lanes, from));
}
BITGRAPH_AVX2 inline void keep8(const std::uint8_t* x, unsigned m, std::uint8_t* out) {
  const __m128i lanes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(x));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(lanes, lanes_of(kGather, m)));
}

// 32 elements: their bits, and the non-zero ones to `out`, which has room for 32. Returns how many.
template <class U>
BITGRAPH_AVX2 inline std::size_t pack32(const U* x, std::uint8_t* bits, U* out) {
  const std::uint32_t m = nonzero32(x);
  store_bits32(bits, m);
  keep8(x, m & 0xFFu, out);
  keep8(x + 8, m >> 8 & 0xFFu, out + popcount32(m & 0xFFu));
  keep8(x + 16, m >> 16 & 0xFFu, out + popcount32(m & 0xFFFFu));
  keep8(x + 24, m >> 24, out + popcount32(m & 0xFFFFFFu));
  return popcount32(m);
}

}  // namespace

// A step stores 32 values, of which the next step overwrites those that were too many. Where fewer than 32
// are still to come, the steps store into a small buffer, so that nothing is written past the values.
template <class U>
BITGRAPH_AVX2 void pack(const U* x, std::size_t n, std::uint8_t* bits, U* values, std::size_t count) {
  const std::size_t body = n - n % 32;
  std::size_t at = 0, i = 0;
  for (; i < body && at + 32 <= count; i += 32) at += pack32(x + i, bits + i / 8, values + at);
  U rest[64];
  const std::size_t left = count - at;
  std::size_t held = 0;
  for (; i < body; i += 32) {
    held += pack32(x + i, bits + i / 8, rest + held);
    if (held > left) held = left;
  }
  if (held != 0) std::memcpy(values + at, rest, held * sizeof(U));
  scalar::pack(x + body, n - body, bits + body / 8, values + at + held, left - held);
}

template void pack(const std::uint8_t*, std::size_t, std::uint8_t*, std::uint8_t*, std::size_t);
template void pack(const std::uint16_t*, std::size_t, std::uint8_t*, std::uint16_t*, std::size_t);
template void pack(const std::uint32_t*, std::size_t, std::uint8_t*, std::uint32_t*, std::size_t);
template void pack(const std::uint64_t*, std::size_t, std::uint8_t*, std::uint64_t*, std::size_t);

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
