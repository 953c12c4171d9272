#include "avx2/kernels.h"
#include "norm_row.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

#include <immintrin.h>

namespace bitgraph::avx2 {

namespace {

struct Row {
  __m256 mean, inv_std;
};

BITGRAPH_AVX2 inline Row lanes_of(const NormRow& row) {
  return {_mm256_set1_ps(row.mean), _mm256_set1_ps(row.inv_std)};
}

BITGRAPH_AVX2 inline __m256 normalized8(__m256 x, const Row& row) {
  return _mm256_mul_ps(_mm256_sub_ps(x, row.mean), row.inv_std);
}

BITGRAPH_AVX2 inline __m256 scaled8(__m256 dy, __m256 scale, const Row& row) {
  return _mm256_mul_ps(_mm256_mul_ps(dy, scale), row.inv_std);
}

template <RowPlace place>
BITGRAPH_AVX2 inline void add_to8(const ColumnSums& sums, std::size_t column, __m256 term) {
  float *total = sums.total + column, *pair = sums.pair + column, *third = sums.third + column;
  if constexpr (place == RowPlace::first) _mm256_storeu_ps(total, term);
  if constexpr (place == RowPlace::single) {
    _mm256_storeu_ps(total, _mm256_add_ps(_mm256_loadu_ps(total), term));
  }
  if constexpr (place == RowPlace::first_of_four) _mm256_storeu_ps(pair, term);
  if constexpr (place == RowPlace::second_of_four) {
    _mm256_storeu_ps(pair, _mm256_add_ps(_mm256_loadu_ps(pair), term));
  }
  if constexpr (place == RowPlace::third_of_four) _mm256_storeu_ps(third, term);
  if constexpr (place == RowPlace::last_of_four) {
    const __m256 later = _mm256_add_ps(_mm256_loadu_ps(third), term);
    const __m256 four = _mm256_add_ps(_mm256_loadu_ps(pair), later);
    _mm256_storeu_ps(total, _mm256_add_ps(_mm256_loadu_ps(total), four));
  }
}

template <RowPlace place>
BITGRAPH_AVX2 void add_placed_row(const NormRow& row, const ColumnSums& dscale, const ColumnSums& dbias) {
  const Row lanes = lanes_of(row);
  const std::size_t body = row.width - row.width % 8;
  for (std::size_t i = 0; i < body; i += 8) {
    const __m256 dy = _mm256_loadu_ps(row.dy + i), normal = normalized8(_mm256_loadu_ps(row.x + i), lanes);
    add_to8<place>(dscale, i, _mm256_mul_ps(dy, normal));
    add_to8<place>(dbias, i, dy);
  }
  add_columns_from<place>(row, body, dscale, dbias);
}

// What the gradient of x is made of, or sums of it.
struct Terms {
  __m256 own, product;
};

BITGRAPH_AVX2 inline Terms terms8(const NormRow& row, const float* scale, std::size_t i, const Row& lanes) {
  const __m256 own = scaled8(_mm256_loadu_ps(row.dy + i), _mm256_loadu_ps(scale + i), lanes);
  return {own, _mm256_mul_ps(own, normalized8(_mm256_loadu_ps(row.x + i), lanes))};
}

BITGRAPH_AVX2 inline __m256 load4(const float* p) { return _mm256_castps128_ps256(_mm_loadu_ps(p)); }

// Four elements, in the lower lanes.
BITGRAPH_AVX2 inline Terms terms4(const NormRow& row, const float* scale, std::size_t i, const Row& lanes) {
  const __m256 own = scaled8(load4(row.dy + i), load4(scale + i), lanes);
  return {own, _mm256_mul_ps(own, normalized8(load4(row.x + i), lanes))};
}

BITGRAPH_AVX2 inline __m128 added(__m256 both) {
  return _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1));
}

// (lane 0 + lane 2) + (lane 1 + lane 3).
BITGRAPH_AVX2 inline float across(__m128 lanes) {
  const __m128 pairs = _mm_add_ps(lanes, _mm_movehl_ps(lanes, lanes));
  return _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps(pairs, pairs, 1)));
}

struct Means {
  float own, product;
};

// In the order of sum_of in masked.h; there are eight elements from `head` on.
BITGRAPH_AVX2 inline Means means_of(const NormRow& row, const float* scale, std::size_t head,
                                    const Row& lanes) {
  Terms sums = terms8(row, scale, head, lanes);
  std::size_t i = head + 8;
  for (; i + 8 <= row.width; i += 8) {
    const Terms next = terms8(row, scale, i, lanes);
    sums = {_mm256_add_ps(sums.own, next.own), _mm256_add_ps(sums.product, next.product)};
  }
  __m128 own4 = added(sums.own), product4 = added(sums.product);
  if (row.width - i >= 4) {
    const Terms next = terms4(row, scale, i, lanes);
    own4 = _mm_add_ps(own4, _mm256_castps256_ps128(next.own));
    product4 = _mm_add_ps(product4, _mm256_castps256_ps128(next.product));
    i += 4;
  }
  Means totals = {across(own4), across(product4)};
  const auto add = [&](std::size_t at) {
    const float own = scaled(row.dy[at], scale[at], row);
    totals.own += own;
    totals.product += own * normalized(row.x[at], row);
  };
  for (std::size_t at = 0; at < head; ++at) add(at);
  for (; i < row.width; ++i) add(i);
  const auto size = static_cast<float>(row.width);
  return {totals.own / size, totals.product / size};
}

}  // namespace

void add_row(const NormRow& row, RowPlace place, const ColumnSums& dscale, const ColumnSums& dbias) {
  with_place(place, [&](auto at) { add_placed_row<decltype(at)::value>(row, dscale, dbias); });
}

BITGRAPH_AVX2 void row_grad(const NormRow& row, const float* scale, std::size_t head, float* dx) {
  if (row.width - head < 8) return scalar::row_grad(row, scale, head, dx);
  const Row lanes = lanes_of(row);
  const Means means = means_of(row, scale, head, lanes);
  const __m256 mean_own = _mm256_set1_ps(means.own), mean_product = _mm256_set1_ps(means.product);
  const std::size_t body = row.width - row.width % 8;
  for (std::size_t i = 0; i < body; i += 8) {
    const __m256 own = scaled8(_mm256_loadu_ps(row.dy + i), _mm256_loadu_ps(scale + i), lanes);
    const __m256 normal = normalized8(_mm256_loadu_ps(row.x + i), lanes);
    const __m256 shared = _mm256_mul_ps(normal, mean_product);
    _mm256_storeu_ps(dx + i, _mm256_sub_ps(_mm256_sub_ps(own, mean_own), shared));
  }
  for (std::size_t i = body; i < row.width; ++i) {
    const float own = scaled(row.dy[i], scale[i], row);
    dx[i] = input_gradient(own, normalized(row.x[i], row), means.own, means.product);
  }
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
