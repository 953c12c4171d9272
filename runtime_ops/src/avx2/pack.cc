#include <cstring>

#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

// Eight elements: their mask, and the non-zero ones moved to the front of `out`, which has room for eight.
BITGRAPH_AVX2 inline unsigned pack8(const std::uint32_t* x, std::uint32_t* out) {
  const __m256i lanes = load256(x);
  const __m256i zero = _mm256_cmpeq_epi32(lanes, _mm256_setzero_si256());
  const unsigned m = ~static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(zero))) & 0xFFu;
  const __m256i from = _mm256_cvtepu8_epi32(lanes_of(kGather, m));
  store256(out, _mm256_permutevar8x32_epi32(lanes, from));
  return m;
}

// Four 64-bit lanes are eight halves: lane k of the result is halves 2k and 2k + 1 of its source.
BITGRAPH_AVX2 inline unsigned pack4(const std::uint64_t* x, std::uint64_t* out) {
  const __m256i lanes = load256(x);
  const __m256i zero = _mm256_cmpeq_epi64(lanes, _mm256_setzero_si256());
  const unsigned m = ~static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(zero))) & 0xFu;
  const __m256i source = _mm256_slli_epi64(_mm256_cvtepu8_epi64(lanes_of(kGather, m)), 1);
  const __m256i odd = _mm256_slli_epi64(_mm256_add_epi64(source, _mm256_set1_epi64x(1)), 32);
  store256(out, _mm256_permutevar8x32_epi32(lanes, _mm256_or_si256(source, odd)));
  return m;
}

BITGRAPH_AVX2 inline unsigned pack8(const std::uint64_t* x, std::uint64_t* out) {
  const unsigned low = pack4(x, out);
  return low | pack4(x + 4, out + popcount8(low)) << 4;
}

// A 16-bit lane is two bytes: lane k becomes bytes 2k and 2k + 1.
BITGRAPH_AVX2 inline unsigned pack8(const std::uint16_t* x, std::uint16_t* out) {
  const __m128i lanes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(x));
  const __m128i zero = _mm_cmpeq_epi16(lanes, _mm_setzero_si128());
  const unsigned m =
      ~static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi16(zero, _mm_setzero_si128()))) & 0xFFu;
  const __m128i even = _mm_add_epi8(lanes_of(kGather, m), lanes_of(kGather, m));
  const __m128i from = _mm_unpacklo_epi8(even, _mm_add_epi8(even, _mm_set1_epi8(1)));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(lanes, from));
  return m;
}

BITGRAPH_AVX2 inline unsigned pack8(const std::uint8_t* x, std::uint8_t* out) {
  const __m128i lanes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(x));
  const __m128i zero = _mm_cmpeq_epi8(lanes, _mm_setzero_si128());
  const unsigned m = ~static_cast<unsigned>(_mm_movemask_epi8(zero)) & 0xFFu;
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(lanes, lanes_of(kGather, m)));
  return m;
}

}  // namespace

// A step stores eight values, of which the next step overwrites those that were too many. Where fewer than
// eight are still to come, the steps store into a small buffer, so that nothing is written past the values.
template <class U>
BITGRAPH_AVX2 void pack(const U* x, std::size_t n, std::uint8_t* bits, U* values, std::size_t count) {
  const std::size_t body = n - n % 8;
  std::size_t at = 0, i = 0;
  for (; i < body && at + 8 <= count; i += 8) {
    const unsigned m = pack8(x + i, values + at);
    bits[i / 8] = static_cast<std::uint8_t>(m);
    at += popcount8(m);
  }
  U rest[16];
  const std::size_t left = count - at;
  std::size_t held = 0;
  for (; i < body; i += 8) {
    const unsigned m = pack8(x + i, rest + held);
    bits[i / 8] = static_cast<std::uint8_t>(m);
    held += popcount8(m);
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
