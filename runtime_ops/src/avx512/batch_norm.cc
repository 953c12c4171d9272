#include "avx512/kernels.h"
#include "rounded.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

#include <immintrin.h>

namespace bitgraph::avx512 {

namespace {

constexpr std::size_t kLanes = 16;

struct Channel {
  __m512 factor, offset;
};

BITGRAPH_AVX512 inline Channel lanes_of(Affine channel) {
  return {_mm512_set1_ps(channel.factor), _mm512_set1_ps(channel.offset)};
}

// The lanes of a step that exist: all but in the last one.
BITGRAPH_AVX512 inline __mmask16 lanes_left(std::size_t n) {
  return n >= kLanes ? __mmask16{0xFFFF} : static_cast<__mmask16>((1u << n) - 1);
}

BITGRAPH_AVX512 inline __m512 values_of(__mmask16 live, const float* x, const Channel& channel) {
  return _mm512_add_ps(_mm512_mul_ps(_mm512_maskz_loadu_ps(live, x), channel.factor), channel.offset);
}

}  // namespace

BITGRAPH_AVX512 void recompute(const float* x, std::size_t n, Affine channel, Range range, float* y) {
  if (!is_free_of_nan(channel)) return scalar::recompute(x, n, channel, range, y);
  const Channel lanes = lanes_of(channel);
  const __m512 low = _mm512_set1_ps(range.low), high = _mm512_set1_ps(range.high);
  for (std::size_t i = 0; i < n; i += kLanes) {
    const __mmask16 live = lanes_left(n - i);
    // max and min give their second operand when either is NaN and when the two are zeros.
    const __m512 above = _mm512_maskz_max_ps(live, low, values_of(live, x + i, lanes));
    _mm512_mask_storeu_ps(y + i, live, _mm512_maskz_min_ps(live, high, above));
  }
}

BITGRAPH_AVX512 void relu_grad(const float* dy, const float* x, std::size_t n, Affine channel, float* dx) {
  if (!is_free_of_nan(channel)) return scalar::relu_grad(dy, x, n, channel, dx);
  const Channel lanes = lanes_of(channel);
  for (std::size_t i = 0; i < n; i += kLanes) {
    const __mmask16 live = lanes_left(n - i);
    const __m512 values = values_of(live, x + i, lanes);
    const __mmask16 passes = _mm512_mask_cmp_ps_mask(live, values, _mm512_setzero_ps(), _CMP_GT_OQ);
    _mm512_mask_storeu_ps(dx + i, live, _mm512_maskz_loadu_ps(passes, dy + i));
  }
}

BITGRAPH_AVX512 void clip_grad(const float* dy, const float* x, std::size_t n, Affine channel, Range range,
                               float* dx) {
  if (!is_free_of_nan(channel)) return scalar::clip_grad(dy, x, n, channel, range, dx);
  const Channel lanes = lanes_of(channel);
  const __m512 low = _mm512_set1_ps(range.low), high = _mm512_set1_ps(range.high);
  const __m512 one = _mm512_set1_ps(unseen_one());
  for (std::size_t i = 0; i < n; i += kLanes) {
    const __mmask16 live = lanes_left(n - i);
    const __m512 values = values_of(live, x + i, lanes);
    const __mmask16 not_below = _mm512_cmp_ps_mask(values, low, _CMP_GE_OQ);
    const __mmask16 passes = _mm512_mask_cmp_ps_mask(not_below, values, high, _CMP_LE_OQ);
    const __m512 factor = _mm512_maskz_mov_ps(passes, one);
    _mm512_mask_storeu_ps(dx + i, live, _mm512_mul_ps(_mm512_maskz_loadu_ps(live, dy + i), factor));
  }
}

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
