#include "avx2/coded_lanes.h"
#include "avx2/kernels.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

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

}  // namespace

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
