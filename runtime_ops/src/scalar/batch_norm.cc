#include "rounded.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

void recompute(const float* x, std::size_t n, Affine channel, Range range, float* y) {
  for (std::size_t i = 0; i < n; ++i) {
    const float value = value_of(x[i], channel);
    const float above = value < range.low ? range.low : value;
    y[i] = above > range.high ? range.high : above;
  }
}

void relu_grad(const float* dy, const float* x, std::size_t n, Affine channel, float* dx) {
  for (std::size_t i = 0; i < n; ++i) dx[i] = value_of(x[i], channel) > 0.0f ? dy[i] : 0.0f;
}

void clip_grad(const float* dy, const float* x, std::size_t n, Affine channel, Range range, float* dx) {
  const float one = unseen_one();
  for (std::size_t i = 0; i < n; ++i) {
    const float value = value_of(x[i], channel);
    dx[i] = dy[i] * (value >= range.low && value <= range.high ? one : 0.0f);
  }
}

}  // namespace bitgraph::scalar
