#include "masked.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

namespace {

// The sum of at(0) ... at(n - 1) in the order in which ONNX Runtime's x86-64 build adds a column (Eigen 3.4
// with SSE2): two accumulators of four lanes begin at `head` and take packets in turn; they are added, a
// single packet left over goes on top; then (lane 0 + lane 2) + (lane 1 + lane 3); then what is before the
// head and what is left, one by one. Without a whole packet all are added one by one.
template <class At>
float sum_of(std::size_t n, std::size_t head, At at) {
  const std::size_t end = head + (n - head) / 4 * 4;
  if (end == head) {
    float total = n == 0 ? 0.0f : at(0);
    for (std::size_t i = 1; i < n; ++i) total += at(i);
    return total;
  }
  float first[4], second[4];
  for (std::size_t lane = 0; lane < 4; ++lane) first[lane] = at(head + lane);
  if (end - head > 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) second[lane] = at(head + 4 + lane);
    std::size_t i = head + 8;
    for (; i + 8 <= end; i += 8) {
      for (std::size_t lane = 0; lane < 4; ++lane) first[lane] += at(i + lane);
      for (std::size_t lane = 0; lane < 4; ++lane) second[lane] += at(i + 4 + lane);
    }
    for (std::size_t lane = 0; lane < 4; ++lane) first[lane] += second[lane];
    for (std::size_t lane = 0; lane < 4 && i < end; ++lane) first[lane] += at(i + lane);
  }
  float total = (first[0] + first[2]) + (first[1] + first[3]);
  for (std::size_t i = 0; i < head; ++i) total += at(i);
  for (std::size_t i = end; i < n; ++i) total += at(i);
  return total;
}

}  // namespace

void add_sums(const float* dy, const float* x, std::size_t plane, std::size_t count,
              const GradientChannel* channels, Activation activation, ChannelSums* sums) {
  with_mask(activation.mask, [=](auto mask) {
    for (std::size_t c = 0; c < count; ++c) {
      const GradientChannel& channel = channels[c];
      const float *gradients = dy + c * plane, *inputs = x + c * plane;
      const auto gradient = [&](std::size_t i) {
        return masked<decltype(mask)::value>(gradients[i], inputs[i], channel.affine, activation.range);
      };
      const auto term = [&](std::size_t i) { return scale_term(gradient(i), inputs[i], channel); };
      sums[c].bias += sum_of(plane, elements_to_alignment(gradients, plane), gradient);
      sums[c].scale += sum_of(plane, 0, term);
    }
  });
}

void input_grad(const float* dy, const float* x, std::size_t plane, std::size_t count,
                const GradientChannel* channels, Activation activation, float samples,
                const ChannelSums* sums, float* dx) {
  const auto size = static_cast<float>(plane);
  with_mask(activation.mask, [=](auto mask) {
    for (std::size_t c = 0; c < count; ++c) {
      const GradientChannel& channel = channels[c];
      for (std::size_t i = c * plane; i < (c + 1) * plane; ++i) {
        const float gradient = masked<decltype(mask)::value>(dy[i], x[i], channel.affine, activation.range);
        dx[i] = input_gradient(gradient, x[i], channel, samples, size, sums[c]);
      }
    }
  });
}

}  // namespace bitgraph::scalar
