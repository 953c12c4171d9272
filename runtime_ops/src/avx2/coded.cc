#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "coded_bits.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

constexpr std::size_t kStep = 32;  // Elements whose bytes fill a register.
constexpr std::size_t kSteps = kWindow / kStep;

BITGRAPH_AVX2 inline __m256i bytes_of(unsigned value) { return _mm256_set1_epi8(static_cast<char>(value)); }

BITGRAPH_AVX2 inline void put(void* p, __m256i v, bool streamed) {
  streamed ? _mm256_stream_si256(static_cast<__m256i*>(p), v) : store256(p, v);
}

// Packing works in halves of a register: the order of the quarters that it leaves behind is put right here.
BITGRAPH_AVX2 inline __m256i in_order(__m256i packed_once) {
  return _mm256_permute4x64_epi64(packed_once, 0xD8);
}
BITGRAPH_AVX2 inline __m256i in_order_of_bytes(__m256i packed_twice) {
  return _mm256_permutevar8x32_epi32(packed_twice, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

// The exponents of 32 elements, in some order.
BITGRAPH_AVX2 inline __m256i exponents(const std::uint32_t* x) {
  __m256i e[4];
  for (std::size_t i = 0; i < 4; ++i) {
    e[i] = _mm256_srli_epi32(_mm256_slli_epi32(load256(x + 8 * i), 1), 24);
  }
  return _mm256_packus_epi16(_mm256_packus_epi32(e[0], e[1]), _mm256_packus_epi32(e[2], e[3]));
}

BITGRAPH_AVX2 inline unsigned largest(__m256i v) {
  const __m128i half = _mm_max_epu8(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  // The smallest 16-bit lane of the complement, its two bytes folded into the lower one.
  const __m128i rest = _mm_xor_si128(half, _mm_set1_epi8(-1));
  const __m128i folded = _mm_min_epu8(rest, _mm_srli_epi16(rest, 8));
  return 255u - (static_cast<unsigned>(_mm_cvtsi128_si32(_mm_minpos_epu16(folded))) & 255u);
}

// Of bytes that count up, at most 255 each.
BITGRAPH_AVX2 inline std::size_t sum_of(__m256i counts) {
  const __m256i sums = _mm256_sad_epu8(counts, _mm256_setzero_si256());
  return static_cast<std::size_t>(_mm256_extract_epi64(sums, 0) + _mm256_extract_epi64(sums, 1) +
                                  _mm256_extract_epi64(sums, 2) + _mm256_extract_epi64(sums, 3));
}

BITGRAPH_AVX2 inline __m256i at_least(__m256i bytes, __m256i bound) {
  return _mm256_cmpeq_epi8(_mm256_max_epu8(bytes, bound), bytes);
}

// From the largest exponent downwards, until more lie above than the best top leaves outside.
BITGRAPH_AVX2 inline std::size_t choose_top(const std::uint32_t* x, std::uint8_t& top) {
  __m256i e[kSteps], all = _mm256_setzero_si256();
  for (std::size_t i = 0; i < kSteps; ++i) {
    e[i] = exponents(x + i * kStep);
    all = _mm256_max_epu8(all, e[i]);
  }
  std::size_t fewest = kWindow + 1, above = 0;
  unsigned exponent = largest(all);
  for (;;) {
    const unsigned candidate = exponent < kLowestTop ? kLowestTop : exponent;
    const __m256i here = bytes_of(exponent), bottom = bytes_of(candidate - kLowestTop);
    __m256i from_here = _mm256_setzero_si256(), from_bottom = from_here, next = from_here;
    for (std::size_t i = 0; i < kSteps; ++i) {
      const __m256i holds = at_least(e[i], here);
      from_here = _mm256_sub_epi8(from_here, holds);
      from_bottom = _mm256_sub_epi8(from_bottom, at_least(e[i], bottom));
      next = _mm256_max_epu8(next, _mm256_andnot_si256(holds, e[i]));
    }
    const std::size_t outside = above + kWindow - sum_of(from_bottom);
    if (outside < fewest) {
      fewest = outside;
      top = static_cast<std::uint8_t>(candidate);
    }
    above = sum_of(from_here);
    if (above >= fewest || exponent <= kLowestTop) return fewest;
    exponent = largest(next);
  }
}

// Bit `bit` of each byte.
BITGRAPH_AVX2 inline std::uint32_t plane_of(__m256i codes, int bit) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_slli_epi16(codes, 7 - bit)));
}

// Writes all parts of 32 elements but their escapes, and returns where those are. Each bit of the codes goes
// to a bit string of its own, 8 bytes behind the one before.
BITGRAPH_AVX2 inline std::uint32_t encode32(const std::uint32_t* x, __m256i top, std::uint8_t* codes,
                                            std::uint16_t* low, std::uint8_t* high, bool streamed) {
  const __m256i half = _mm256_set1_epi32(0xFFFF), byte = _mm256_set1_epi16(0xFF);
  __m256i lower[4], upper[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const __m256i v = load256(x + 8 * i);
    lower[i] = _mm256_and_si256(v, half);
    upper[i] = _mm256_srli_epi32(v, 16);
  }
  put(low, in_order(_mm256_packus_epi32(lower[0], lower[1])), streamed);
  put(low + 16, in_order(_mm256_packus_epi32(lower[2], lower[3])), streamed);

  const __m256i a = _mm256_packus_epi32(upper[0], upper[1]), b = _mm256_packus_epi32(upper[2], upper[3]);
  const __m256i second = _mm256_packus_epi16(_mm256_and_si256(a, byte), _mm256_and_si256(b, byte));
  const __m256i third = _mm256_packus_epi16(_mm256_srli_epi16(a, 8), _mm256_srli_epi16(b, 8));
  const __m256i sign = bytes_of(0x80);
  const __m256i kept = _mm256_or_si256(_mm256_and_si256(third, sign), _mm256_andnot_si256(sign, second));
  put(high, in_order_of_bytes(kept), streamed);

  // The exponent's lowest bit is the second byte's highest: a byte below zero adds one.
  const __m256i lowest = _mm256_cmpgt_epi8(_mm256_setzero_si256(), second);
  const __m256i exponent = _mm256_sub_epi8(_mm256_add_epi8(third, third), lowest);
  const __m256i below = _mm256_min_epu8(_mm256_sub_epi8(top, exponent), bytes_of(kEscape));
  const __m256i code = in_order_of_bytes(below);
  const std::uint32_t planes[3] = {plane_of(code, 0), plane_of(code, 1), plane_of(code, 2)};
  for (std::size_t bit = 0; bit < 3; ++bit) store_bits32(codes + 8 * bit, planes[bit]);
  return planes[0] & planes[1] & planes[2];
}

// Byte i: the next exponent where bit i of m is set, else 0. The 32 bytes from `escapes` on may be read.
BITGRAPH_AVX2 inline __m128i scatter16(std::uint32_t m, const std::uint8_t* escapes) {
  const auto* second = reinterpret_cast<const __m128i*>(escapes + popcount32(m & 0xFFu));
  const __m128i first = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(escapes));
  return _mm_unpacklo_epi64(_mm_shuffle_epi8(first, lanes_of(kScatter, m & 0xFFu)),
                            _mm_shuffle_epi8(_mm_loadl_epi64(second), lanes_of(kScatter, m >> 8)));
}

// Returns how many escapes were taken; 32 more may be read.
BITGRAPH_AVX2 inline std::size_t decode32(const std::uint8_t* codes, __m256i top, const std::uint16_t* low,
                                          const std::uint8_t* high, const std::uint8_t* escapes,
                                          std::uint32_t* x, bool streamed) {
  std::uint32_t outside = ~std::uint32_t{0};
  __m256i exponent = top, is_outside = bytes_of(0xFF);
  for (unsigned bit = 0; bit < 3; ++bit) {
    const std::uint32_t plane = load_bits32(codes + 8 * bit);
    const __m256i mask = lane_mask8(plane);
    outside &= plane;
    is_outside = _mm256_and_si256(is_outside, mask);
    exponent = _mm256_sub_epi8(exponent, _mm256_and_si256(mask, bytes_of(1u << bit)));
  }
  const std::uint32_t first_half = outside & 0xFFFFu;
  const __m256i scattered =
      _mm256_inserti128_si256(_mm256_castsi128_si256(scatter16(first_half, escapes)),
                              scatter16(outside >> 16, escapes + popcount32(first_half)), 1);
  exponent = _mm256_or_si256(_mm256_andnot_si256(is_outside, exponent), scattered);

  const __m256i kept = load256(high), sign = bytes_of(0x80);
  const __m256i shifted = _mm256_andnot_si256(sign, _mm256_srli_epi16(exponent, 1));
  const __m256i third = _mm256_or_si256(_mm256_and_si256(kept, sign), shifted);
  const __m256i lowest = _mm256_and_si256(_mm256_slli_epi16(exponent, 7), sign);
  const __m256i second = _mm256_or_si256(_mm256_andnot_si256(sign, kept), lowest);

  // Interleaving works in halves of a register too: `upper` holds elements 0-7 and 16-23, then the others.
  const __m256i upper[2] = {_mm256_unpacklo_epi8(second, third), _mm256_unpackhi_epi8(second, third)};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto* from = reinterpret_cast<const __m128i*>(low + 8 * i);
    const __m256i lower =
        _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(from)), _mm_loadu_si128(from + 2), 1);
    const __m256i even = _mm256_unpacklo_epi16(lower, upper[i]);
    const __m256i odd = _mm256_unpackhi_epi16(lower, upper[i]);
    put(x + 8 * i, _mm256_permute2x128_si256(even, odd, 0x20), streamed);
    put(x + 8 * i + 16, _mm256_permute2x128_si256(even, odd, 0x31), streamed);
  }
  return popcount32(outside);
}

inline bool on_line(const void* p) { return reinterpret_cast<std::uintptr_t>(p) % 64 == 0; }

BITGRAPH_AVX2 inline std::size_t lowest_bit(std::uint64_t m) {
  return static_cast<std::size_t>(_tzcnt_u64(m));
}

}  // namespace

BITGRAPH_AVX2 std::size_t measure_windows(const std::uint32_t* x, std::size_t n, std::uint8_t* tops) {
  std::size_t outside = 0;
  const std::size_t body = n - n % kWindow;
  for (std::size_t i = 0; i < body; i += kWindow) {
    for (std::size_t line = 0; line < kWindow; line += 16) fetch_ahead(x + i + line, 64);
    outside += choose_top(x + i, tops[i / kWindow]);
  }
  return outside + scalar::measure_windows(x + body, n - body, tops + body / kWindow);
}

BITGRAPH_AVX2 void encode_windows(const std::uint32_t* x, std::size_t n, const CodedTarget& target,
                                  bool streamed) {
  const bool past_caches = streamed && on_line(target.low) && on_line(target.high);
  const std::size_t body = n - n % kWindow;
  std::size_t at = 0;
  for (std::size_t i = 0; i < body; i += kGroup) {
    const __m256i top = bytes_of(target.tops[i / kWindow]);
    std::uint8_t* codes = target.codes + i / kGroup * kGroupBytes;
    fetch_ahead(x + i, 4 * kGroup);
    std::uint64_t escapes = encode32(x + i, top, codes, target.low + i, target.high + i, past_caches);
    const std::size_t j = i + kStep;
    escapes |= std::uint64_t{encode32(x + j, top, codes + 4, target.low + j, target.high + j, past_caches)}
               << 32;
    for (; escapes != 0 && at < target.escape_count; escapes &= escapes - 1) {
      target.escapes[at++] = exponent_of(x[i + lowest_bit(escapes)]);
    }
  }
  if (past_caches) _mm_sfence();
  scalar::encode_windows(x + body, n - body, rest_of(target, body, at), false);
}

BITGRAPH_AVX2 std::size_t count_escapes(const std::uint8_t* codes, std::size_t n) {
  std::size_t count = 0;
  for (std::size_t group = 0; group < groups_of(n); ++group, codes += kGroupBytes) {
    std::uint64_t planes[3];
    std::memcpy(planes, codes, sizeof planes);
    count += static_cast<std::size_t>(_mm_popcnt_u64(planes[0] & planes[1] & planes[2]));
  }
  return count;
}

// A window reads up to 32 bytes more than it has escapes. Where fewer are left they are read from a padded
// buffer.
BITGRAPH_AVX2 std::size_t decode_windows(const CodedSource& source, std::size_t n, std::uint32_t* x,
                                         bool streamed) {
  constexpr std::size_t kMost = kWindow + kStep;
  const bool past_caches = streamed && on_line(x);
  const std::size_t body = n - n % kWindow;
  std::size_t at = 0;
  for (std::size_t i = 0; i < body; i += kWindow) {
    const __m256i top = bytes_of(source.tops[i / kWindow]);
    const std::uint8_t* escapes = source.escapes + at;
    const std::size_t left = source.escape_count - at;
    std::uint8_t buffer[kMost];
    if (left < kMost) {
      std::memset(buffer + left, 0, kMost - left);
      if (left != 0) std::memcpy(buffer, escapes, left);
      escapes = buffer;
    }
    std::size_t taken = 0;
    for (std::size_t j = i; j < i + kWindow; j += kStep) {
      const std::uint8_t* codes = source.codes + j / kGroup * kGroupBytes + j % kGroup / 8;
      fetch_ahead(source.low + j, 2 * kStep);
      fetch_ahead(source.high + j, kStep);
      taken += decode32(codes, top, source.low + j, source.high + j, escapes + taken, x + j, past_caches);
    }
    at += taken < left ? taken : left;
  }
  if (past_caches) _mm_sfence();
  return at + scalar::decode_windows(rest_of(source, body, at), n - body, x + body, false);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
