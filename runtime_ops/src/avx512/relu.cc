#include "avx512/kernels.h"
#include "avx512/lanes.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx512 {

namespace {

constexpr std::size_t kLine = kLanes<float>;

// Of one line, one bit an element.
struct ReluLine {
  __mmask16 positive, nonzero;
};

BITGRAPH_AVX512 inline ReluLine relu_line(__mmask16 live, const float* x, float* y) {
  // max gives its second operand when it is NaN, and when the two are zeros.
  const __m512 kept = _mm512_maskz_max_ps(live, _mm512_setzero_ps(), _mm512_maskz_loadu_ps(live, x));
  _mm512_mask_storeu_ps(y, live, kept);
  return {_mm512_cmp_ps_mask(kept, _mm512_setzero_ps(), _CMP_GT_OQ),
          nonzero<float>(_mm512_castps_si512(kept))};
}

}  // namespace

BITGRAPH_AVX512 std::size_t relu(const float* x, std::size_t n, float* y, std::uint8_t* bits) {
  const std::size_t body = n - n % kLine;
  std::size_t nonzeros = 0;
  for (std::size_t i = 0; i < body; i += kLine) {
    const ReluLine line = relu_line(first<float>(kLine), x + i, y + i);
    store_bits(bits + i / 8, line.positive);
    nonzeros += set_in(line.nonzero);
  }
  const ReluLine rest = relu_line(first<float>(n - body), x + body, y + body);
  store_bits<float>(bits + body / 8, rest.positive, n - body);
  return nonzeros + set_in(rest.nonzero);
}

}  // namespace bitgraph::avx512

#endif  // BITGRAPH_X86_64
