#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "rounded.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

struct Channel {
  __m256 factor, offset;
};

BITGRAPH_AVX2 inline Channel lanes_of(Affine channel) {
  return {_mm256_set1_ps(channel.factor), _mm256_set1_ps(channel.offset)};
}

// Eight values, each step rounded.
BITGRAPH_AVX2 inline __m256 values_of(const float* x, const Channel& channel) {
  return _mm256_add_ps(_mm256_mul_ps(_mm256_loadu_ps(x), channel.factor), channel.offset);
}

}  // namespace

BITGRAPH_AVX2 void recompute(const float* x, std::size_t n, Affine channel, Range range, float* y) {
  if (!is_free_of_nan(channel)) return scalar::recompute(x, n, channel, range, y);
  const std::size_t body = n - n % 8;
  const Channel lanes = lanes_of(channel);
  const __m256 low = _mm256_set1_ps(range.low), high = _mm256_set1_ps(range.high);
  for (std::size_t i = 0; i < body; i += 8) {
    // max and min give their second operand when either is NaN and when the two are zeros.
    const __m256 above = _mm256_max_ps(low, values_of(x + i, lanes));
    _mm256_storeu_ps(y + i, _mm256_min_ps(high, above));
  }
  scalar::recompute(x + body, n - body, channel, range, y + body);
}

BITGRAPH_AVX2 void relu_grad(const float* dy, const float* x, std::size_t n, Affine channel, float* dx) {
  if (!is_free_of_nan(channel)) return scalar::relu_grad(dy, x, n, channel, dx);
  const std::size_t body = n - n % 8;
  const Channel lanes = lanes_of(channel);
  for (std::size_t i = 0; i < body; i += 8) {
    const __m256 passes = _mm256_cmp_ps(values_of(x + i, lanes), _mm256_setzero_ps(), _CMP_GT_OQ);
    _mm256_storeu_ps(dx + i, _mm256_and_ps(_mm256_loadu_ps(dy + i), passes));
  }
  scalar::relu_grad(dy + body, x + body, n - body, channel, dx + body);
}

BITGRAPH_AVX2 void clip_grad(const float* dy, const float* x, std::size_t n, Affine channel, Range range,
                             float* dx) {
  if (!is_free_of_nan(channel)) return scalar::clip_grad(dy, x, n, channel, range, dx);
  const std::size_t body = n - n % 8;
  const Channel lanes = lanes_of(channel);
  const __m256 low = _mm256_set1_ps(range.low), high = _mm256_set1_ps(range.high);
  const __m256 one = _mm256_set1_ps(unseen_one());
  for (std::size_t i = 0; i < body; i += 8) {
    const __m256 values = values_of(x + i, lanes);
    const __m256 passes =
        _mm256_and_ps(_mm256_cmp_ps(values, low, _CMP_GE_OQ), _mm256_cmp_ps(values, high, _CMP_LE_OQ));
    const __m256 factor = _mm256_and_ps(one, passes);
    _mm256_storeu_ps(dx + i, _mm256_mul_ps(_mm256_loadu_ps(dy + i), factor));
  }
  scalar::clip_grad(dy + body, x + body, n - body, channel, range, dx + body);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
