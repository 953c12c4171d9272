#include "avx512/kernels.h"
#include "avx512/lanes.h"
#include "float_bits.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

BITGRAPH_AVX512 inline __mmask16 above_zero(__m512i x, float) {
  return _mm512_cmp_ps_mask(_mm512_castsi512_ps(x), _mm512_setzero_ps(), _CMP_GT_OQ);
}

BITGRAPH_AVX512 inline __mmask8 above_zero(__m512i x, double) {
  return _mm512_cmp_pd_mask(_mm512_castsi512_pd(x), _mm512_setzero_pd(), _CMP_GT_OQ);
}

// As signed integers the positive numbers are 1 ... infinity; larger ones are NaN, negative ones have the
// sign.
template <class T>
BITGRAPH_AVX512 inline __mmask32 above_zero(__m512i words, T) {
  const __m512i infinity = _mm512_set1_epi16(static_cast<short>(FloatBits<T>::infinity));
  const __mmask32 above = _mm512_cmpgt_epi16_mask(words, _mm512_setzero_si512());
  return _mm512_mask_cmple_epi16_mask(above, words, infinity);
}

}  // namespace

template <class T>
BITGRAPH_AVX512 void positive(const T* x, std::size_t n, std::uint8_t* bits) {
  const std::size_t body = n - n % kLanes<T>;
  for (std::size_t i = 0; i < body; i += kLanes<T>) store_bits(bits + i / 8, above_zero(load512(x + i), T{}));
  if (body == n) return;
  const __m512i rest = load(first<T>(n - body), x + body);
  store_bits<T>(bits + body / 8, above_zero(rest, T{}), n - body);
}

template void positive(const float*, std::size_t, std::uint8_t*);
template void positive(const double*, std::size_t, std::uint8_t*);
template void positive(const Float16*, std::size_t, std::uint8_t*);
template void positive(const Bfloat16*, std::size_t, std::uint8_t*);

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
