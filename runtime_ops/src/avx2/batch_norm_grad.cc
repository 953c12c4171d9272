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

// Asks for what will be read in the next run; it may lie past the end, so the address is computed as a
// number.
BITGRAPH_AVX2 inline void fetch(const float* p, std::size_t ahead) {
  const std::uintptr_t at = reinterpret_cast<std::uintptr_t>(p) + ahead * sizeof(float);
  _mm_prefetch(reinterpret_cast<const char*>(at), _MM_HINT_T0);
}

// Four elements; the upper lanes are nobody's.
BITGRAPH_AVX2 inline __m256 load4(const float* p) { return _mm256_castps128_ps256(_mm_loadu_ps(p)); }

BITGRAPH_AVX2 inline __m256 scale_term8(__m256 dy, __m256 x, const Lanes& lanes) {
  return _mm256_mul_ps(_mm256_mul_ps(_mm256_sub_ps(x, lanes.mean), lanes.inv_std), dy);
}

BITGRAPH_AVX2 inline __m128 added(__m256 both) {
  return _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1));
}

// (lane 0 + lane 2) + (lane 1 + lane 3).
BITGRAPH_AVX2 inline float across(__m128 lanes) {
  const __m128 pairs = _mm_add_ps(lanes, _mm_movehl_ps(lanes, lanes));
  return _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps(pairs, pairs, 1)));
}

// The sums of a plane on their way, in the order of sum_of in masked.h: the two accumulators of four lanes
// lie side by side, so that the two packets they take in turn are a block of eight.
struct Partial {
  __m256 scale, bias;
};

template <Mask mask>
BITGRAPH_AVX2 inline Partial block(const float* dy, const float* x, const Lanes& lanes) {
  const __m256 inputs = load8(x), gradients = masked8<mask>(load8(dy), inputs, lanes);
  return {scale_term8(gradients, inputs, lanes), gradients};
}

template <Mask mask>
BITGRAPH_AVX2 inline void add_block(const float* dy, const float* x, const Lanes& lanes, Partial& sums) {
  const Partial next = block<mask>(dy, x, lanes);
  sums = {_mm256_add_ps(sums.scale, next.scale), _mm256_add_ps(sums.bias, next.bias)};
}

// What is left after the blocks: elements [j, n) of the scale's sum, [0, head) and [i, n) of the bias's.
template <Mask mask>
BITGRAPH_AVX2 inline void finish(const Partial& partial, const float* dy, const float* x, std::size_t n,
                                 std::size_t head, std::size_t i, std::size_t j, const Lanes& lanes,
                                 const GradientChannel& channel, Range range, ChannelSums& sums) {
  __m128 bias = added(partial.bias), scale = added(partial.scale);
  if (n - i >= 4) {
    bias = _mm_add_ps(bias, _mm256_castps256_ps128(masked8<mask>(load4(dy + i), load4(x + i), lanes)));
    i += 4;
  }
  if (n - j >= 4) {
    const __m256 inputs = load4(x + j), gradients = masked8<mask>(load4(dy + j), inputs, lanes);
    scale = _mm_add_ps(scale, _mm256_castps256_ps128(scale_term8(gradients, inputs, lanes)));
    j += 4;
  }
  float bias_total = across(bias), scale_total = across(scale);
  const auto gradient = [&](std::size_t at) { return masked<mask>(dy[at], x[at], channel.affine, range); };
  for (std::size_t at = 0; at < head; ++at) bias_total += gradient(at);
  for (; i < n; ++i) bias_total += gradient(i);
  for (; j < n; ++j) scale_total += scale_term(gradient(j), x[j], channel);
  sums.bias += bias_total;
  sums.scale += scale_total;
}

// Two planes at once, both at a multiple of 16 bytes: each sum waits for its own last addition only.
template <Mask mask>
BITGRAPH_AVX2 inline void sum_two(const float* dy, const float* x, std::size_t n, std::size_t ahead,
                                  const GradientChannel* channels, Range range, ChannelSums* sums) {
  const Lanes lanes[] = {lanes_of(channels[0], range), lanes_of(channels[1], range)};
  const std::size_t body = n - n % 8;
  Partial first = block<mask>(dy, x, lanes[0]), second = block<mask>(dy + n, x + n, lanes[1]);
  for (std::size_t i = 8; i < body; i += 8) {
    fetch(dy + i, ahead), fetch(x + i, ahead);
    fetch(dy + n + i, ahead), fetch(x + n + i, ahead);
    add_block<mask>(dy + i, x + i, lanes[0], first);
    add_block<mask>(dy + n + i, x + n + i, lanes[1], second);
  }
  finish<mask>(first, dy, x, n, 0, body, body, lanes[0], channels[0], range, sums[0]);
  finish<mask>(second, dy + n, x + n, n, 0, body, body, lanes[1], channels[1], range, sums[1]);
}

// One plane of at least head + 8 elements.
template <Mask mask>
BITGRAPH_AVX2 inline void sum_one(const float* dy, const float* x, std::size_t n, std::size_t ahead,
                                  std::size_t head, const GradientChannel& channel, Range range,
                                  ChannelSums& sums) {
  const Lanes lanes = lanes_of(channel, range);
  const std::size_t body = n - n % 8, blocks = (n - head) / 8 * 8;
  Partial partial = block<mask>(dy, x, lanes);
  partial.bias = block<mask>(dy + head, x + head, lanes).bias;
  for (std::size_t i = 8; i < blocks; i += 8) {
    fetch(dy + i, ahead), fetch(x + i, ahead);
    const Partial at_head = block<mask>(dy + head + i, x + head + i, lanes);
    partial.bias = _mm256_add_ps(partial.bias, at_head.bias);
    partial.scale = _mm256_add_ps(partial.scale, block<mask>(dy + i, x + i, lanes).scale);
  }
  if (blocks < body) {
    partial.scale = _mm256_add_ps(partial.scale, block<mask>(dy + blocks, x + blocks, lanes).scale);
  }
  finish<mask>(partial, dy, x, n, head, head + blocks, body, lanes, channel, range, sums);
}

// All ones in the first n of eight lanes.
BITGRAPH_AVX2 inline __m256i lanes_below(std::size_t n) {
  const __m256i numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), numbers);
}

// A plane of at most ten elements: masked at once, then added in plain C++.
template <Mask mask>
BITGRAPH_AVX2 inline void sum_small(const float* dy, const float* x, std::size_t n, std::size_t head,
                                    const GradientChannel& channel, Range range, ChannelSums& sums) {
  if constexpr (mask == Mask::none) return scalar::add_plane(dy, x, n, head, channel, sums);
  const Lanes lanes = lanes_of(channel, range);
  alignas(32) float gradients[16];
  for (std::size_t i = 0; i < n; i += 8) {
    const __m256i live = lanes_below(n - i);
    const __m256 step =
        masked8<mask>(_mm256_maskload_ps(dy + i, live), _mm256_maskload_ps(x + i, live), lanes);
    _mm256_store_ps(gradients + i, step);
  }
  scalar::add_plane(gradients, x, n, head, channel, sums);
}

template <Mask mask>
BITGRAPH_AVX2 void add_planes(const float* dy, const float* x, std::size_t plane, std::size_t count,
                              std::size_t ahead, const GradientChannel* channels, Activation activation,
                              ChannelSums* sums) {
  const Range range = activation.range;
  for (std::size_t c = 0; c < count; ++c, dy += plane, x += plane) {
    const std::size_t head = elements_to_alignment(dy, plane);
    if (plane - head < 8) {
      sum_small<mask>(dy, x, plane, head, channels[c], range, sums[c]);
    } else if (head == 0 && plane % 4 == 0 && c + 1 < count) {
      sum_two<mask>(dy, x, plane, ahead, channels + c, range, sums + c);
      ++c, dy += plane, x += plane;
    } else {
      sum_one<mask>(dy, x, plane, ahead, head, channels[c], range, sums[c]);
    }
  }
}

struct GradLanes {
  Lanes channel;
  __m256 factor, samples, size, scale, bias;
};

BITGRAPH_AVX2 inline GradLanes grad_lanes_of(const GradientChannel& channel, Range range, float samples,
                                             float size, const ChannelSums& sums) {
  return {lanes_of(channel, range), _mm256_set1_ps(channel.factor), _mm256_set1_ps(samples),
          _mm256_set1_ps(size),     _mm256_set1_ps(sums.scale),     _mm256_set1_ps(sums.bias)};
}

template <Mask mask>
BITGRAPH_AVX2 inline __m256 input_gradient8(const float* dy, const float* x, const GradLanes& lanes) {
  const __m256 inputs = load8(x), gradients = masked8<mask>(load8(dy), inputs, lanes.channel);
  const __m256 all = _mm256_mul_ps(_mm256_mul_ps(gradients, lanes.samples), lanes.size);
  const __m256 centered = _mm256_sub_ps(inputs, lanes.channel.mean);
  const __m256 shared = _mm256_mul_ps(_mm256_mul_ps(centered, lanes.scale), lanes.channel.inv_std);
  return _mm256_mul_ps(lanes.factor, _mm256_sub_ps(_mm256_sub_ps(all, lanes.bias), shared));
}

// The last eight elements overlap those before. They are worked out first, as dx may lie over dy.
template <Mask mask>
BITGRAPH_AVX2 inline void grad_plane(const float* dy, const float* x, std::size_t n, std::size_t ahead,
                                     const GradLanes& lanes, float* dx) {
  const __m256 last = input_gradient8<mask>(dy + n - 8, x + n - 8, lanes);
  for (std::size_t i = 0; i + 8 <= n; i += 8) {
    fetch(dy + i, ahead), fetch(x + i, ahead);
    _mm256_storeu_ps(dx + i, input_gradient8<mask>(dy + i, x + i, lanes));
  }
  _mm256_storeu_ps(dx + n - 8, last);
}

template <Mask mask>
BITGRAPH_AVX2 void grad_planes(const float* dy, const float* x, std::size_t plane, std::size_t count,
                               std::size_t ahead, const GradientChannel* channels, Activation activation,
                               float samples, const ChannelSums* sums, float* dx) {
  const auto size = static_cast<float>(plane);
  for (std::size_t c = 0; c < count; ++c, dy += plane, x += plane, dx += plane) {
    if (plane >= 8) {
      const GradLanes lanes = grad_lanes_of(channels[c], activation.range, samples, size, sums[c]);
      grad_plane<mask>(dy, x, plane, ahead, lanes, dx);
      continue;
    }
    for (std::size_t i = 0; i < plane; ++i) {
      const float gradient = masked<mask>(dy[i], x[i], channels[c].affine, activation.range);
      dx[i] = input_gradient(gradient, x[i], channels[c], samples, size, sums[c]);
    }
  }
}

}  // namespace

void add_sums(const float* dy, const float* x, std::size_t plane, std::size_t count, std::size_t ahead,
              const GradientChannel* channels, Activation activation, ChannelSums* sums) {
  with_mask(activation.mask, [=](auto mask) {
    add_planes<decltype(mask)::value>(dy, x, plane, count, ahead, channels, activation, sums);
  });
}

void input_grad(const float* dy, const float* x, std::size_t plane, std::size_t count, std::size_t ahead,
                const GradientChannel* channels, Activation activation, float samples,
                const ChannelSums* sums, float* dx) {
  with_mask(activation.mask, [=](auto mask) {
    grad_planes<decltype(mask)::value>(dy, x, plane, count, ahead, channels, activation, samples, sums, dx);
  });
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
