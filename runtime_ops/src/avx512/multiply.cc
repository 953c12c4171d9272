#include "avx512/kernels.h"
#include "avx512/lanes.h"
#include "float_bits.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

// A product whose rounding is named is the processor's: clang turns a plain one by 1 or 0 into a choice,
// which leaves a signalling NaN as it is. (All lanes are named because gcc 12 warns about its own unmasked
// form.)
constexpr int kNearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;

BITGRAPH_AVX512 inline __m512i product(__m512i dy, __mmask16 m, float) {
  const __m512 factor = _mm512_maskz_mov_ps(m, _mm512_set1_ps(1.0f));
  return _mm512_castps_si512(_mm512_maskz_mul_round_ps(0xFFFF, _mm512_castsi512_ps(dy), factor, kNearest));
}

BITGRAPH_AVX512 inline __m512i product(__m512i dy, __mmask8 m, double) {
  const __m512d factor = _mm512_maskz_mov_pd(m, _mm512_set1_pd(1.0));
  return _mm512_castpd_si512(_mm512_maskz_mul_round_pd(0xFF, _mm512_castsi512_pd(dy), factor, kNearest));
}

// The cases of times_bit in float_bits.h: a number keeps its bits or only its sign; a NaN turns quiet;
// infinity times 0 is the processor's NaN.
template <class T>
BITGRAPH_AVX512 inline __m512i product(__m512i words, __mmask32 m, T) {
  using Bits = FloatBits<T>;
  const __m512i infinity = _mm512_set1_epi16(static_cast<short>(Bits::infinity));
  const __m512i quiet = _mm512_set1_epi16(static_cast<short>(Bits::quiet));
  const __m512i invalid = _mm512_set1_epi16(static_cast<short>(0x8000u | Bits::infinity | Bits::quiet));
  const __m512i sign = _mm512_set1_epi16(static_cast<short>(0x8000u));
  const __m512i sizes = _mm512_and_si512(words, _mm512_set1_epi16(0x7FFF));
  const __mmask32 is_nan = _mm512_cmpgt_epi16_mask(sizes, infinity);
  const __mmask32 is_invalid = _mm512_mask_cmpeq_epi16_mask(static_cast<__mmask32>(~m), sizes, infinity);
  const __m512i number = _mm512_mask_mov_epi16(_mm512_and_si512(words, sign), m, words);
  const __m512i product = _mm512_mask_mov_epi16(number, is_invalid, invalid);
  return _mm512_mask_mov_epi16(product, is_nan, _mm512_or_si512(words, quiet));
}

}  // namespace

template <class T>
BITGRAPH_AVX512 void multiply(const T* dy, const std::uint8_t* bits, std::size_t n, T* dx) {
  const std::size_t body = n - n % kLanes<T>;
  for (std::size_t i = 0; i < body; i += kLanes<T>) {
    store512(dx + i, product(load512(dy + i), load_bits<T>(bits + i / 8), T{}));
  }
  if (body == n) return;
  const Mask<T> lanes = first<T>(n - body), m = load_bits<T>(bits + body / 8, n - body);
  store(dx + body, lanes, product(load(lanes, dy + body), m, T{}));
}

template void multiply(const float*, const std::uint8_t*, std::size_t, float*);
template void multiply(const double*, const std::uint8_t*, std::size_t, double*);
template void multiply(const Float16*, const std::uint8_t*, std::size_t, Float16*);
template void multiply(const Bfloat16*, const std::uint8_t*, std::size_t, Bfloat16*);

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
