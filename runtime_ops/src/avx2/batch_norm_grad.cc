#include "avx2/kernels.h"
#include "masked.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

#include <immintrin.h>

namespace bitgraph::avx2 {

namespace {

struct Lanes {
  __m256 mean, inv_std, slope, offset, low, high;
};

BITGRAPH_AVX2 inline Lanes lanes_of(const GradientChannel& channel, Range range) {
  return {_mm256_set1_ps(channel.mean),
          _mm256_set1_ps(channel.inv_std),
          _mm256_set1_ps(channel.affine.factor),
          _mm256_set1_ps(channel.affine.offset),
          _mm256_set1_ps(range.low),
          _mm256_set1_ps(range.high)};
}

template <Mask mask>
BITGRAPH_AVX2 inline __m256 masked8(__m256 dy, __m256 x, const Lanes& lanes) {
  if constexpr (mask == Mask::none) return dy;
  const __m256 value = _mm256_add_ps(_mm256_mul_ps(x, lanes.slope), lanes.offset);
  if constexpr (mask == Mask::relu) {
    return _mm256_and_ps(dy, _mm256_cmp_ps(value, _mm256_setzero_ps(), _CMP_GT_OQ));
  }
  const __m256 inside = _mm256_and_ps(_mm256_cmp_ps(value, lanes.low, _CMP_GE_OQ),
                                      _mm256_cmp_ps(value, lanes.high, _CMP_LE_OQ));
  return _mm256_mul_ps(dy, _mm256_and_ps(_mm256_set1_ps(1.0f), inside));
}

BITGRAPH_AVX2 inline __m256 load8(const float* p) { return _mm256_loadu_ps(p); }

// Four elements; the upper lanes are nobody's.
BITGRAPH_AVX2 inline __m256 load4(const float* p) { return _mm256_castps128_ps256(_mm_loadu_ps(p)); }

BITGRAPH_AVX2 inline __m256 scale_term8(__m256 dy, __m256 x, const Lanes& lanes) {
  return _mm256_mul_ps(_mm256_mul_ps(_mm256_sub_ps(x, lanes.mean), lanes.inv_std), dy);
}

// The two accumulators of four lanes, which lie side by side.
BITGRAPH_AVX2 inline __m128 added(__m256 both) {
  return _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1));
}

// (lane 0 + lane 2) + (lane 1 + lane 3).
BITGRAPH_AVX2 inline float across(__m128 lanes) {
  const __m128 pairs = _mm_add_ps(lanes, _mm_movehl_ps(lanes, lanes));
  return _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps(pairs, pairs, 1)));
}

// The sums of one plane, in the order that scalar/batch_norm_grad.cc tells; blocks of eight are the two
// packets that it takes in turn. The bias's begin at `head`, the scale's at the plane.
template <Mask mask>
BITGRAPH_AVX2 inline void add_plane(const float* dy, const float* x, std::size_t n, std::size_t head,
                                    const GradientChannel& channel, Range range, ChannelSums& sums) {
  const Lanes lanes = lanes_of(channel, range);
  const std::size_t blocks = (n - head) / 8, scale_end = n / 8 * 8, bias_end = head + blocks * 8;
  __m256 scale = scale_term8(masked8<mask>(load8(dy), load8(x), lanes), load8(x), lanes);
  __m256 bias = masked8<mask>(load8(dy + head), load8(x + head), lanes);
  for (std::size_t i = 8; i < blocks * 8; i += 8) {
    const __m256 inputs = load8(x + i);
    const __m256 gradients = masked8<mask>(load8(dy + i), inputs, lanes);
    scale = _mm256_add_ps(scale, scale_term8(gradients, inputs, lanes));
    bias = _mm256_add_ps(
        bias, head == 0 ? gradients : masked8<mask>(load8(dy + head + i), load8(x + head + i), lanes));
  }
  if (blocks * 8 < scale_end) {
    const __m256 inputs = load8(x + blocks * 8);
    scale = _mm256_add_ps(scale,
                          scale_term8(masked8<mask>(load8(dy + blocks * 8), inputs, lanes), inputs, lanes));
  }

  __m128 bias4 = added(bias), scale4 = added(scale);
  std::size_t i = bias_end, j = scale_end;
  if (n - i >= 4) {
    bias4 = _mm_add_ps(bias4, _mm256_castps256_ps128(masked8<mask>(load4(dy + i), load4(x + i), lanes)));
    i += 4;
  }
  if (n - j >= 4) {
    const __m256 inputs = load4(x + j), gradients = masked8<mask>(load4(dy + j), inputs, lanes);
    scale4 = _mm_add_ps(scale4, _mm256_castps256_ps128(scale_term8(gradients, inputs, lanes)));
    j += 4;
  }
  float bias_total = across(bias4), scale_total = across(scale4);
  const auto gradient = [&](std::size_t at) { return masked<mask>(dy[at], x[at], channel.affine, range); };
  for (std::size_t at = 0; at < head; ++at) bias_total += gradient(at);
  for (; i < n; ++i) bias_total += gradient(i);
  for (; j < n; ++j) scale_total += scale_term(gradient(j), x[j], channel);
  sums.bias += bias_total;
  sums.scale += scale_total;
}

template <Mask mask>
BITGRAPH_AVX2 void add_planes(const float* dy, const float* x, std::size_t plane, std::size_t count,
                              const GradientChannel* channels, Activation activation, ChannelSums* sums) {
  for (std::size_t c = 0; c < count; ++c, dy += plane, x += plane) {
    const std::size_t head = elements_to_alignment(dy, plane);
    if (plane - head < 8) {
      scalar::add_sums(dy, x, plane, 1, channels + c, activation, sums + c);
    } else if (head == 0) {
      add_plane<mask>(dy, x, plane, 0, channels[c], activation.range, sums[c]);
    } else {
      add_plane<mask>(dy, x, plane, head, channels[c], activation.range, sums[c]);
    }
  }
}

template <Mask mask>
BITGRAPH_AVX2 void grad_planes(const float* dy, const float* x, std::size_t plane, std::size_t count,
                               const GradientChannel* channels, Activation activation, float samples,
                               const ChannelSums* sums, float* dx) {
  const std::size_t body = plane - plane % 8;
  const __m256 batch = _mm256_set1_ps(samples), size = _mm256_set1_ps(static_cast<float>(plane));
  for (std::size_t c = 0; c < count; ++c, dy += plane, x += plane, dx += plane) {
    const Lanes lanes = lanes_of(channels[c], activation.range);
    const __m256 factor = _mm256_set1_ps(channels[c].factor);
    const __m256 scale = _mm256_set1_ps(sums[c].scale), bias = _mm256_set1_ps(sums[c].bias);
    for (std::size_t i = 0; i < body; i += 8) {
      const __m256 inputs = load8(x + i), gradients = masked8<mask>(load8(dy + i), inputs, lanes);
      const __m256 own = _mm256_sub_ps(_mm256_mul_ps(_mm256_mul_ps(gradients, batch), size), bias);
      const __m256 shared =
          _mm256_mul_ps(_mm256_mul_ps(_mm256_sub_ps(inputs, lanes.mean), scale), lanes.inv_std);
      _mm256_storeu_ps(dx + i, _mm256_mul_ps(factor, _mm256_sub_ps(own, shared)));
    }
    for (std::size_t i = body; i < plane; ++i) {
      const float gradient = masked<mask>(dy[i], x[i], channels[c].affine, activation.range);
      dx[i] = input_gradient(gradient, x[i], channels[c], samples, static_cast<float>(plane), sums[c]);
    }
  }
}

}  // namespace

void add_sums(const float* dy, const float* x, std::size_t plane, std::size_t count,
              const GradientChannel* channels, Activation activation, ChannelSums* sums) {
  with_mask(activation.mask, [=](auto mask) {
    add_planes<decltype(mask)::value>(dy, x, plane, count, channels, activation, sums);
  });
}

void input_grad(const float* dy, const float* x, std::size_t plane, std::size_t count,
                const GradientChannel* channels, Activation activation, float samples,
                const ChannelSums* sums, float* dx) {
  with_mask(activation.mask, [=](auto mask) {
    grad_planes<decltype(mask)::value>(dy, x, plane, count, channels, activation, samples, sums, dx);
  });
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
