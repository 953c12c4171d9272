#include "avx512/kernels.h"
#include "avx512/lanes.h"
#include "dropout_numbers.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

constexpr std::size_t kChains = 4, kStep = 16 * kChains;

// As in avx2/dropout.cc. (All lanes are named because gcc 12 warns about its own unmasked forms.)
BITGRAPH_AVX512 inline __m512i times16(__m512i x, __m512i factor) {
  const __m512i modulus = _mm512_set1_epi32(static_cast<int>(kModulus));
  const __m512i even = _mm512_maskz_mul_epu32(0xFF, x, factor);
  const __m512i odd = _mm512_maskz_mul_epu32(0xFF, _mm512_maskz_srli_epi64(0xFF, x, 32), factor);
  const __m512i low = _mm512_mask_blend_epi32(0xAAAA, even, _mm512_maskz_slli_epi64(0xFF, odd, 32));
  const __m512i high = _mm512_mask_blend_epi32(0xAAAA, _mm512_maskz_srli_epi64(0xFF, even, 31),
                                               _mm512_maskz_slli_epi64(0xFF, odd, 1));
  const __m512i sum = _mm512_add_epi32(_mm512_and_si512(low, modulus), high);
  return _mm512_maskz_min_epu32(0xFFFF, sum, _mm512_sub_epi32(sum, modulus));
}

}  // namespace

BITGRAPH_AVX512 void draw(std::uint32_t number, std::size_t n, std::uint32_t smallest, std::uint8_t* bits) {
  constexpr std::uint32_t kAhead = power(kMultiplier, kStep);
  const __m512i ahead = _mm512_set1_epi32(static_cast<int>(kAhead));
  const __m512i bound = _mm512_set1_epi32(static_cast<int>(smallest));
  std::uint32_t begin[kStep];
  for (std::uint32_t& each : begin) {
    each = number;
    number = times(kMultiplier, number);
  }
  __m512i x[kChains];
  for (std::size_t chain = 0; chain < kChains; ++chain) x[chain] = load512(begin + 16 * chain);
  const std::size_t body = n - n % kStep;
  for (std::size_t i = 0; i < body; i += kStep) {
    std::uint64_t kept = 0;
    for (std::size_t chain = 0; chain < kChains; ++chain) {
      kept |= std::uint64_t{_mm512_cmpge_epi32_mask(x[chain], bound)} << (16 * chain);
      x[chain] = times16(x[chain], ahead);
    }
    std::memcpy(bits + i / 8, &kept, sizeof kept);
  }
  store512(begin, x[0]);
  scalar::draw(begin[0], n - body, smallest, bits + body / 8);
}

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
