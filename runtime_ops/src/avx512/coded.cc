#include "avx2/lanes.h"
#include "avx512/kernels.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

constexpr std::size_t kGroups = kWindow / kGroup;

// All lanes. gcc 12 warns of its own header where an instruction widens or narrows without a mask.
constexpr __mmask8 kAll8 = 0xFF;
constexpr __mmask16 kAll16 = 0xFFFF;

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
constexpr EverySecond kEverySecond = make_every_second();

// For each quarter of a group where its elements' upper halves come from: byte 2 from a register of second
// bytes, byte 3 from one of third bytes.
struct alignas(64) UpperHalves {
  std::uint8_t bytes[4][64];
};
constexpr UpperHalves make_upper_halves() {
  UpperHalves from{};
  for (unsigned i = 0; i < 64; ++i) {
    from.bytes[i / 16][i % 16 * 4 + 2] = static_cast<std::uint8_t>(i);
    from.bytes[i / 16][i % 16 * 4 + 3] = static_cast<std::uint8_t>(i + 64);
  }
  return from;
}
constexpr UpperHalves kUpperHalves = make_upper_halves();

BITGRAPH_AVX512 inline __m512i load512(const void* p) { return _mm512_loadu_si512(p); }
BITGRAPH_AVX512 inline __m512i bytes_of(unsigned value) { return _mm512_set1_epi8(static_cast<char>(value)); }

BITGRAPH_AVX512 inline void store512(void* p, __m512i v, bool streamed) {
  streamed ? _mm512_stream_si512(static_cast<__m512i*>(p), v) : _mm512_storeu_si512(p, v);
}

BITGRAPH_AVX512 inline __m512i halves(__m512i a, __m512i b, unsigned odd) {
  return _mm512_permutex2var_epi16(a, load512(kEverySecond.halves[odd]), b);
}
BITGRAPH_AVX512 inline __m512i bytes(__m512i a, __m512i b, unsigned odd) {
  return _mm512_permutex2var_epi8(a, load512(kEverySecond.bytes[odd]), b);
}

BITGRAPH_AVX512 inline __m512i exponents(const std::uint32_t* x) {
  const __m512i a = halves(load512(x), load512(x + 16), 1), b = halves(load512(x + 32), load512(x + 48), 1);
  return bytes(_mm512_slli_epi16(a, 1), _mm512_slli_epi16(b, 1), 1);
}

BITGRAPH_AVX512 inline unsigned largest(__m512i v) {
  const __m256i low = _mm512_maskz_extracti64x4_epi64(kAll8, v, 0);
  const __m256i half = _mm256_max_epu8(low, _mm512_maskz_extracti64x4_epi64(kAll8, v, 1));
  const __m128i quarter = _mm_max_epu8(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  // The smallest 16-bit lane of the complement, its two bytes folded into the lower one.
  const __m128i rest = _mm_xor_si128(quarter, _mm_set1_epi8(-1));
  const __m128i folded = _mm_min_epu8(rest, _mm_srli_epi16(rest, 8));
  return 255u - (static_cast<unsigned>(_mm_cvtsi128_si32(_mm_minpos_epu16(folded))) & 255u);
}

// From the largest exponent downwards, until more lie above than the best window leaves outside.
BITGRAPH_AVX512 inline std::size_t choose_top(const std::uint32_t* x, std::uint8_t& top) {
  __m512i e[kGroups], all = _mm512_setzero_si512();
  for (std::size_t i = 0; i < kGroups; ++i) {
    e[i] = exponents(x + i * kGroup);
    all = _mm512_max_epu8(all, e[i]);
  }
  std::size_t fewest = kWindow + 1, above = 0;
  unsigned exponent = largest(all);
  for (;;) {
    const unsigned candidate = exponent < kLowestTop ? kLowestTop : exponent;
    const __m512i here = bytes_of(exponent), bottom = bytes_of(candidate - kLowestTop);
    std::size_t below = 0, smaller = 0;
    __m512i next = _mm512_setzero_si512();
    for (std::size_t i = 0; i < kGroups; ++i) {
      const __mmask64 under = _mm512_cmplt_epu8_mask(e[i], here);
      below += static_cast<std::size_t>(_mm_popcnt_u64(_mm512_cmplt_epu8_mask(e[i], bottom)));
      smaller += static_cast<std::size_t>(_mm_popcnt_u64(under));
      next = _mm512_mask_max_epu8(next, under, next, e[i]);
    }
    if (above + below < fewest) {
      fewest = above + below;
      top = static_cast<std::uint8_t>(candidate);
    }
    above = kWindow - smaller;
    if (above >= fewest || exponent <= kLowestTop) return fewest;
    exponent = largest(next);
  }
}

BITGRAPH_AVX512 inline __mmask64 first(std::size_t n) {
  return _bzhi_u64(~std::uint64_t{0}, static_cast<unsigned>(n));
}

struct Group {
  std::uint64_t planes[3];
};

// Returns how many escapes were written.
BITGRAPH_AVX512 inline std::size_t encode_group(const std::uint32_t* x, __m512i top, Group& codes,
                                                std::uint16_t* low, std::uint8_t* high, std::uint8_t* escapes,
                                                std::size_t room, bool streamed) {
  const __m512i a = load512(x), b = load512(x + 16), c = load512(x + 32), d = load512(x + 48);
  store512(low, halves(a, b, 0), streamed);
  store512(low + 32, halves(c, d, 0), streamed);
  const __m512i upper_ab = halves(a, b, 1), upper_cd = halves(c, d, 1);
  const __m512i second = bytes(upper_ab, upper_cd, 0), third = bytes(upper_ab, upper_cd, 1);

  constexpr int kSelect = 0xCA;  // First ? second : third.
  store512(high, _mm512_ternarylogic_epi64(bytes_of(0x80), third, second, kSelect), streamed);
  const __m512i doubled = _mm512_add_epi8(third, third);
  const __m512i exponent = _mm512_mask_add_epi8(doubled, _mm512_movepi8_mask(second), doubled, bytes_of(1));
  const __m512i code = _mm512_min_epu8(_mm512_sub_epi8(top, exponent), bytes_of(kEscape));
  for (unsigned bit = 0; bit < 3; ++bit) codes.planes[bit] = _mm512_test_epi8_mask(code, bytes_of(1u << bit));

  const std::uint64_t outside = codes.planes[0] & codes.planes[1] & codes.planes[2];
  const auto count = static_cast<std::size_t>(_mm_popcnt_u64(outside));
  const __m512i compressed = _mm512_maskz_compress_epi8(outside, exponent);
  if (room >= kGroup) {
    _mm512_storeu_si512(escapes, compressed);
  } else {
    _mm512_mask_storeu_epi8(escapes, first(count < room ? count : room), compressed);
  }
  return count;
}

// Returns how many escapes were taken.
BITGRAPH_AVX512 inline std::size_t decode_group(const Group& codes, __m512i top, const std::uint16_t* low,
                                                const std::uint8_t* high, const std::uint8_t* escapes,
                                                std::size_t room, std::uint32_t* x, bool streamed) {
  __m512i exponent = top;
  for (unsigned bit = 0; bit < 3; ++bit) {
    exponent = _mm512_mask_sub_epi8(exponent, codes.planes[bit], exponent, bytes_of(1u << bit));
  }
  const std::uint64_t outside = codes.planes[0] & codes.planes[1] & codes.planes[2];
  const __m512i next = room >= kGroup ? load512(escapes) : _mm512_maskz_loadu_epi8(first(room), escapes);
  exponent = _mm512_mask_expand_epi8(exponent, outside, next);

  constexpr int kSelect = 0xCA;  // First ? second : third.
  const __m512i sign = bytes_of(0x80), stored = load512(high);
  const __m512i third = _mm512_ternarylogic_epi64(sign, stored, _mm512_srli_epi16(exponent, 1), kSelect);
  const __m512i second = _mm512_ternarylogic_epi64(sign, _mm512_slli_epi16(exponent, 7), stored, kSelect);
  constexpr __mmask64 kUpper = 0xCCCCCCCCCCCCCCCC;
  for (std::size_t i = 0; i < 4; ++i) {
    const __m512i from = load512(kUpperHalves.bytes[i]);
    const __m512i upper = _mm512_maskz_permutex2var_epi8(kUpper, second, from, third);
    const __m512i lower = _mm512_maskz_cvtepu16_epi32(kAll16, avx2::load256(low + 16 * i));
    store512(x + 16 * i, _mm512_or_si512(upper, lower), streamed);
  }
  return static_cast<std::size_t>(_mm_popcnt_u64(outside));
}

inline bool on_line(const void* p) { return reinterpret_cast<std::uintptr_t>(p) % 64 == 0; }

}  // namespace

BITGRAPH_AVX512 std::size_t measure_windows(const std::uint32_t* x, std::size_t n, std::uint8_t* tops) {
  std::size_t outside = 0;
  const std::size_t body = n - n % kWindow;
  for (std::size_t i = 0; i < body; i += kWindow) outside += choose_top(x + i, tops[i / kWindow]);
  return outside + scalar::measure_windows(x + body, n - body, tops + body / kWindow);
}

BITGRAPH_AVX512 void encode_windows(const std::uint32_t* x, std::size_t n, const CodedTarget& target,
                                    bool streamed) {
  const bool past_caches = streamed && on_line(target.low) && on_line(target.high);
  const std::size_t body = n - n % kWindow;
  std::size_t at = 0;
  for (std::size_t i = 0; i < body; i += kGroup) {
    const __m512i top = bytes_of(target.tops[i / kWindow]);
    avx2::fetch_ahead(x + i, 4 * kGroup);
    Group codes;
    const std::size_t room = target.escape_count - at;
    const std::size_t written = encode_group(x + i, top, codes, target.low + i, target.high + i,
                                             target.escapes + at, room, past_caches);
    std::memcpy(target.codes + i / kGroup * kGroupBytes, &codes, sizeof codes);
    at += written < room ? written : room;
  }
  if (past_caches) _mm_sfence();
  scalar::encode_windows(x + body, n - body, rest_of(target, body, at), false);
}

BITGRAPH_AVX512 std::size_t decode_windows(const CodedSource& source, std::size_t n, std::uint32_t* x,
                                           bool streamed) {
  const bool past_caches = streamed && on_line(x);
  const std::size_t body = n - n % kWindow;
  std::size_t at = 0;
  for (std::size_t i = 0; i < body; i += kGroup) {
    const __m512i top = bytes_of(source.tops[i / kWindow]);
    avx2::fetch_ahead(source.low + i, 2 * kGroup);
    avx2::fetch_ahead(source.high + i, kGroup);
    Group codes;
    std::memcpy(&codes, source.codes + i / kGroup * kGroupBytes, sizeof codes);
    const std::size_t room = source.escape_count - at;
    const std::size_t taken = decode_group(codes, top, source.low + i, source.high + i, source.escapes + at,
                                           room, x + i, past_caches);
    at += taken < room ? taken : room;
  }
  if (past_caches) _mm_sfence();
  return at + scalar::decode_windows(rest_of(source, body, at), n - body, x + body, false);
}

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
