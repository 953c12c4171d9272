#include "avx512/coded_lanes.h"
#include "avx512/kernels.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

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

}  // namespace

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
