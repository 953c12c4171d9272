#include <cstring>

#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

template <bool streamed>
BITGRAPH_AVX2 inline void put256(void* p, __m256i v) {
  streamed ? _mm256_stream_si256(static_cast<__m256i*>(p), v) : store256(p, v);
}

// Eight elements from a byte of bits and the values that follow; eight values are read whatever the bits.
template <bool streamed>
BITGRAPH_AVX2 inline void unpack8(unsigned m, const std::uint32_t* values, std::uint32_t* x) {
  const __m256i from = _mm256_cvtepi8_epi32(lanes_of(kScatter, m));
  const __m256i lanes = _mm256_permutevar8x32_epi32(load256(values), from);
  put256<streamed>(x, _mm256_andnot_si256(_mm256_srai_epi32(from, 31), lanes));
}

// Four 64-bit lanes as eight halves; a clear lane's number is negative, which the last step turns to zero.
template <bool streamed>
BITGRAPH_AVX2 inline void unpack4(unsigned m, const std::uint64_t* values, std::uint64_t* x) {
  const __m256i number = _mm256_cvtepi8_epi64(lanes_of(kScatter, m));
  const __m256i even = _mm256_slli_epi64(_mm256_and_si256(number, _mm256_set1_epi64x(3)), 1);
  const __m256i odd = _mm256_slli_epi64(_mm256_add_epi64(even, _mm256_set1_epi64x(1)), 32);
  const __m256i lanes = _mm256_permutevar8x32_epi32(load256(values), _mm256_or_si256(even, odd));
  const __m256i clear = _mm256_cmpgt_epi64(_mm256_setzero_si256(), number);
  put256<streamed>(x, _mm256_andnot_si256(clear, lanes));
}

template <bool streamed>
BITGRAPH_AVX2 inline void unpack8(unsigned m, const std::uint64_t* values, std::uint64_t* x) {
  unpack4<streamed>(m & 0xFu, values, x);
  unpack4<streamed>(m >> 4, values + popcount32(m & 0xFu), x + 4);
}

// A 16-bit lane is two bytes; the byte shuffle writes zero where a byte number has its high bit set.
template <bool>
BITGRAPH_AVX2 inline void unpack8(unsigned m, const std::uint16_t* values, std::uint16_t* x) {
  const __m128i number = lanes_of(kScatter, m);
  const __m128i even = _mm_or_si128(_mm_add_epi8(number, number), _mm_and_si128(number, _mm_set1_epi8(-128)));
  const __m128i bytes = _mm_unpacklo_epi8(even, _mm_or_si128(even, _mm_set1_epi8(1)));
  const __m128i lanes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(values));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(x), _mm_shuffle_epi8(lanes, bytes));
}

template <bool>
BITGRAPH_AVX2 inline void unpack8(unsigned m, const std::uint8_t* values, std::uint8_t* x) {
  const __m128i lanes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(values));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(x), _mm_shuffle_epi8(lanes, lanes_of(kScatter, m)));
}

// 32 elements from four bytes of bits; 32 values are read. Returns how many were taken.
template <bool streamed, class U>
BITGRAPH_AVX2 inline std::size_t unpack32(const std::uint8_t* bits, const U* values, U* x) {
  const std::uint32_t m = load_bits32(bits);
  unpack8<streamed>(m & 0xFFu, values, x);
  unpack8<streamed>(m >> 8 & 0xFFu, values + popcount32(m & 0xFFu), x + 8);
  unpack8<streamed>(m >> 16 & 0xFFu, values + popcount32(m & 0xFFFFu), x + 16);
  unpack8<streamed>(m >> 24, values + popcount32(m & 0xFFFFFFu), x + 24);
  return popcount32(m);
}

// A step reads 32 values. Where fewer are left they are read from a small padded buffer, so that nothing is
// read past the values.
template <bool streamed, class U>
BITGRAPH_AVX2 inline void unpack_all(const std::uint8_t* bits, std::size_t n, const U* values,
                                     std::size_t count, U* x) {
  const std::size_t body = n - n % 32;
  std::size_t at = 0, i = 0;
  for (; i < body && at + 32 <= count; i += 32) {
    fetch_ahead(values + at, 16 * sizeof(U));
    at += unpack32<streamed>(bits + i / 8, values + at, x + i);
  }
  U rest[64] = {};
  const std::size_t left = count - at < 32 ? count - at : 32;
  if (left != 0) std::memcpy(rest, values + at, left * sizeof(U));
  std::size_t used = 0;
  for (; i < body; i += 32) {
    used += unpack32<streamed>(bits + i / 8, rest + used, x + i);
    if (used > left) used = left;
  }
  scalar::unpack(bits + body / 8, n - body, values + at + used, count - at - used, x + body);
}

}  // namespace

template <class U>
BITGRAPH_AVX2 void unpack(const std::uint8_t* bits, std::size_t n, const U* values, std::size_t count, U* x) {
  unpack_all<false>(bits, n, values, count, x);
}

// Elements of one and two bytes come out in pieces too small for it. The fence as in stream.
template <class U>
BITGRAPH_AVX2 void unpack_streamed(const std::uint8_t* bits, std::size_t n, const U* values,
                                   std::size_t count, U* x) {
  if (sizeof(U) < 4 || reinterpret_cast<std::uintptr_t>(x) % 64 != 0)
    return unpack(bits, n, values, count, x);
  unpack_all<true>(bits, n, values, count, x);
  _mm_sfence();
}

template void unpack(const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t, std::uint8_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint16_t*, std::size_t, std::uint16_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint32_t*, std::size_t, std::uint32_t*);
template void unpack(const std::uint8_t*, std::size_t, const std::uint64_t*, std::size_t, std::uint64_t*);
template void unpack_streamed(const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t,
                              std::uint8_t*);
template void unpack_streamed(const std::uint8_t*, std::size_t, const std::uint16_t*, std::size_t,
                              std::uint16_t*);
template void unpack_streamed(const std::uint8_t*, std::size_t, const std::uint32_t*, std::size_t,
                              std::uint32_t*);
template void unpack_streamed(const std::uint8_t*, std::size_t, const std::uint64_t*, std::size_t,
                              std::uint64_t*);

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
