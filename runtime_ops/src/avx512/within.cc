#include "avx512/kernels.h"
#include "avx512/lanes.h"
#include "float_bits.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

template <class T>
struct Range {
  T low, high;
};
Range<float> range_of(float low, float high) { return {low, high}; }
Range<double> range_of(double low, double high) { return {low, high}; }
template <class T>
KeyRange range_of(T low, T high) {
  return key_range(low, high);
}

BITGRAPH_AVX512 inline __mmask16 inside(__m512i line, Range<float> range, float) {
  const __m512 x = _mm512_castsi512_ps(line);
  const __mmask16 above = _mm512_cmp_ps_mask(x, _mm512_set1_ps(range.low), _CMP_GE_OQ);
  return _mm512_mask_cmp_ps_mask(above, x, _mm512_set1_ps(range.high), _CMP_LE_OQ);
}

BITGRAPH_AVX512 inline __mmask8 inside(__m512i line, Range<double> range, double) {
  const __m512d x = _mm512_castsi512_pd(line);
  const __mmask8 above = _mm512_cmp_pd_mask(x, _mm512_set1_pd(range.low), _CMP_GE_OQ);
  return _mm512_mask_cmp_pd_mask(above, x, _mm512_set1_pd(range.high), _CMP_LE_OQ);
}

// On order keys (float_bits.h): a key is the magnitude, negated where the sign is set.
template <class T>
BITGRAPH_AVX512 inline __mmask32 inside(__m512i words, KeyRange range, T) {
  const __m512i sizes = _mm512_and_si512(words, _mm512_set1_epi16(0x7FFF));
  const __m512i keys =
      _mm512_mask_sub_epi16(sizes, _mm512_movepi16_mask(words), _mm512_setzero_si512(), sizes);
  const __m512i infinity = _mm512_set1_epi16(static_cast<short>(FloatBits<T>::infinity));
  const __mmask32 number = _mm512_cmple_epi16_mask(sizes, infinity);
  const __mmask32 above = _mm512_mask_cmpge_epi16_mask(number, keys, _mm512_set1_epi16(range.low));
  return _mm512_mask_cmple_epi16_mask(above, keys, _mm512_set1_epi16(range.high));
}

}  // namespace

template <class T>
BITGRAPH_AVX512 void within(const T* x, std::size_t n, T low, T high, std::uint8_t* bits) {
  const auto range = range_of(low, high);
  const std::size_t body = n - n % kLanes<T>;
  for (std::size_t i = 0; i < body; i += kLanes<T>) {
    store_bits(bits + i / 8, inside(load512(x + i), range, T{}));
  }
  if (body == n) return;
  const __m512i rest = load(first<T>(n - body), x + body);
  store_bits<T>(bits + body / 8, inside(rest, range, T{}), n - body);
}

template void within(const float*, std::size_t, float, float, std::uint8_t*);
template void within(const double*, std::size_t, double, double, std::uint8_t*);
template void within(const Float16*, std::size_t, Float16, Float16, std::uint8_t*);
template void within(const Bfloat16*, std::size_t, Bfloat16, Bfloat16, std::uint8_t*);

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
