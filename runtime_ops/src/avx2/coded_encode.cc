#include "avx2/coded_lanes.h"
#include "avx2/kernels.h"
#include "coded_bits.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

// Packing works in halves of a register: the order of the quarters that it leaves behind is put right here.
BITGRAPH_AVX2 inline __m256i in_order(__m256i packed_once) {
  return _mm256_permute4x64_epi64(packed_once, 0xD8);
}
BITGRAPH_AVX2 inline __m256i in_order_of_bytes(__m256i packed_twice) {
  return _mm256_permutevar8x32_epi32(packed_twice, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
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

BITGRAPH_AVX2 inline std::size_t lowest_bit(std::uint64_t m) {
  return static_cast<std::size_t>(_tzcnt_u64(m));
}

}  // namespace

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

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
