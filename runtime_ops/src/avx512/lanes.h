// A line of 64 bytes as lanes, and a mask with one bit a lane: a mask is a piece of a bit string.
#pragma once

#include "target.h"

#if BITGRAPH_X86_64

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace bitgraph::avx512 {

template <std::size_t width>
struct MaskOf;
template <>
struct MaskOf<1> {
  using Type = __mmask64;
};
template <>
struct MaskOf<2> {
  using Type = __mmask32;
};
template <>
struct MaskOf<4> {
  using Type = __mmask16;
};
template <>
struct MaskOf<8> {
  using Type = __mmask8;
};
template <class T>
using Mask = typename MaskOf<sizeof(T)>::Type;
template <class T>
inline constexpr std::size_t kLanes = 64 / sizeof(T);

// The first n lanes, n at most all of them.
template <class T>
BITGRAPH_AVX512 inline Mask<T> first(std::size_t n) {
  return static_cast<Mask<T>>(_bzhi_u64(~std::uint64_t{0}, static_cast<unsigned>(n)));
}

BITGRAPH_AVX512 inline std::size_t set_in(std::uint64_t m) {
  return static_cast<std::size_t>(_mm_popcnt_u64(m));
}

BITGRAPH_AVX512 inline __m512i load512(const void* p) { return _mm512_loadu_si512(p); }
BITGRAPH_AVX512 inline void store512(void* p, __m512i v) { _mm512_storeu_si512(p, v); }

// Past the caches: p starts a line.
BITGRAPH_AVX512 inline void stream512(void* p, __m512i v) {
  _mm512_stream_si512(static_cast<__m512i*>(p), v);
}

// The type of the mask says how wide the lanes are. load and store leave memory outside the mask alone; what
// is not loaded, kept or expanded to is zero; compress moves the lanes of the mask to the front. (Compressing
// straight to memory is microcode on Zen 4, and slow.)
BITGRAPH_AVX512 inline __m512i load(__mmask64 m, const void* p) { return _mm512_maskz_loadu_epi8(m, p); }
BITGRAPH_AVX512 inline __m512i load(__mmask32 m, const void* p) { return _mm512_maskz_loadu_epi16(m, p); }
BITGRAPH_AVX512 inline __m512i load(__mmask16 m, const void* p) { return _mm512_maskz_loadu_epi32(m, p); }
BITGRAPH_AVX512 inline __m512i load(__mmask8 m, const void* p) { return _mm512_maskz_loadu_epi64(m, p); }

BITGRAPH_AVX512 inline void store(void* p, __mmask64 m, __m512i v) { _mm512_mask_storeu_epi8(p, m, v); }
BITGRAPH_AVX512 inline void store(void* p, __mmask32 m, __m512i v) { _mm512_mask_storeu_epi16(p, m, v); }
BITGRAPH_AVX512 inline void store(void* p, __mmask16 m, __m512i v) { _mm512_mask_storeu_epi32(p, m, v); }
BITGRAPH_AVX512 inline void store(void* p, __mmask8 m, __m512i v) { _mm512_mask_storeu_epi64(p, m, v); }

BITGRAPH_AVX512 inline __m512i keep(__mmask64 m, __m512i v) { return _mm512_maskz_mov_epi8(m, v); }
BITGRAPH_AVX512 inline __m512i keep(__mmask32 m, __m512i v) { return _mm512_maskz_mov_epi16(m, v); }
BITGRAPH_AVX512 inline __m512i keep(__mmask16 m, __m512i v) { return _mm512_maskz_mov_epi32(m, v); }
BITGRAPH_AVX512 inline __m512i keep(__mmask8 m, __m512i v) { return _mm512_maskz_mov_epi64(m, v); }

BITGRAPH_AVX512 inline __m512i compress(__mmask64 m, __m512i v) { return _mm512_maskz_compress_epi8(m, v); }
BITGRAPH_AVX512 inline __m512i compress(__mmask32 m, __m512i v) { return _mm512_maskz_compress_epi16(m, v); }
BITGRAPH_AVX512 inline __m512i compress(__mmask16 m, __m512i v) { return _mm512_maskz_compress_epi32(m, v); }
BITGRAPH_AVX512 inline __m512i compress(__mmask8 m, __m512i v) { return _mm512_maskz_compress_epi64(m, v); }

BITGRAPH_AVX512 inline __m512i expand(__mmask64 m, __m512i v) { return _mm512_maskz_expand_epi8(m, v); }
BITGRAPH_AVX512 inline __m512i expand(__mmask32 m, __m512i v) { return _mm512_maskz_expand_epi16(m, v); }
BITGRAPH_AVX512 inline __m512i expand(__mmask16 m, __m512i v) { return _mm512_maskz_expand_epi32(m, v); }
BITGRAPH_AVX512 inline __m512i expand(__mmask8 m, __m512i v) { return _mm512_maskz_expand_epi64(m, v); }

// The lanes that are not all zero bits.
template <class T>
BITGRAPH_AVX512 inline Mask<T> nonzero(__m512i v) {
  if constexpr (sizeof(T) == 1) return _mm512_test_epi8_mask(v, v);
  if constexpr (sizeof(T) == 2) return _mm512_test_epi16_mask(v, v);
  if constexpr (sizeof(T) == 4) return _mm512_test_epi32_mask(v, v);
  if constexpr (sizeof(T) == 8) return _mm512_test_epi64_mask(v, v);
}

// The bits of one line, at any alignment.
template <class T>
inline Mask<T> load_bits(const std::uint8_t* bits) {
  Mask<T> m;
  std::memcpy(&m, bits, sizeof m);
  return m;
}
template <class M>
inline void store_bits(std::uint8_t* bits, M m) {
  std::memcpy(bits, &m, sizeof m);
}

// The same for the first n lanes only: other bits of the last byte are not taken, and written as zero.
template <class T>
BITGRAPH_AVX512 inline Mask<T> load_bits(const std::uint8_t* bits, std::size_t n) {
  std::uint64_t m = 0;
  std::memcpy(&m, bits, (n + 7) / 8);
  return static_cast<Mask<T>>(m & first<std::uint8_t>(n));
}
template <class T>
BITGRAPH_AVX512 inline void store_bits(std::uint8_t* bits, Mask<T> lanes, std::size_t n) {
  const std::uint64_t m = lanes & first<std::uint8_t>(n);
  std::memcpy(bits, &m, (n + 7) / 8);
}

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
