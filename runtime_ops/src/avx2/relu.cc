#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

// Of eight elements, one bit each.
struct Relu8 {
  std::uint32_t positive, zero;
};

BITGRAPH_AVX2 inline Relu8 relu8(const float* x, float* y) {
  // max gives its second operand when it is NaN, and when the two are zeros.
  const __m256 kept = _mm256_max_ps(_mm256_setzero_ps(), _mm256_loadu_ps(x));
  _mm256_storeu_ps(y, kept);
  const __m256 positive = _mm256_cmp_ps(kept, _mm256_setzero_ps(), _CMP_GT_OQ);
  const __m256i zero = _mm256_cmpeq_epi32(_mm256_castps_si256(kept), _mm256_setzero_si256());
  return {static_cast<std::uint32_t>(_mm256_movemask_ps(positive)),
          static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(zero)))};
}

}  // namespace

BITGRAPH_AVX2 std::size_t relu(const float* x, std::size_t n, float* y, std::uint8_t* bits) {
  const std::size_t body = n - n % 32;
  std::size_t zeros = 0;
  for (std::size_t i = 0; i < body; i += 32) {
    const Relu8 a = relu8(x + i, y + i), b = relu8(x + i + 8, y + i + 8);
    const Relu8 c = relu8(x + i + 16, y + i + 16), d = relu8(x + i + 24, y + i + 24);
    store_bits32(bits + i / 8, a.positive | b.positive << 8 | c.positive << 16 | d.positive << 24);
    zeros += popcount32(a.zero | b.zero << 8 | c.zero << 16 | d.zero << 24);
  }
  return body - zeros + scalar::relu(x + body, n - body, y + body, bits + body / 8);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
