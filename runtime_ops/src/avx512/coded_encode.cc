#include "avx512/coded_lanes.h"
#include "avx512/kernels.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

// Returns how many escapes were written.
BITGRAPH_AVX512 inline std::size_t encode_group(const std::uint32_t* x, __m512i top, Group& codes,
                                                std::uint16_t* low, std::uint8_t* high, std::uint8_t* escapes,
                                                std::size_t room, bool streamed) {
  const __m512i a = load512(x), b = load512(x + 16), c = load512(x + 32), d = load512(x + 48);
  store512(low, halves(a, b, 0), streamed);
  store512(low + 32, halves(c, d, 0), streamed);
  const __m512i upper_ab = halves(a, b, 1), upper_cd = halves(c, d, 1);
  const __m512i second = bytes(upper_ab, upper_cd, 0), third = bytes(upper_ab, upper_cd, 1);

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

}  // namespace

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

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
