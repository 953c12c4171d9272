// The gradient of layer normalization: every table gives scalar's bits, apart and in place, all rows at once
// and piece by piece. Scalar itself is compared with NumPy and with ONNX Runtime in tests/ops.
#include "bitgraph/layer_norm_grad.h"

#include "floats.h"
#include "harness.h"
#include "oracle.h"

namespace bitgraph::test {

namespace {

using Word = std::uint32_t;

constexpr std::size_t kMost = 1 << 15, kMostRows = 64;

struct Case {
  std::size_t rows, width, gap;
};

std::string name_of(const Kernels& kernels, const Case& what) {
  return describe(kernels, "rows", what.rows, "width", what.width, "gap", what.gap);
}

void fill_numbers(float* x, std::size_t n, float special, Rng& rng) {
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = rng.chance(2) ? special : static_cast<float>(rng.below(1u << 20)) / 262144.0f - 2.0f;
  }
}

struct Buffers {
  Guarded<float> dy{kMost}, x{kMost}, dx{kMost}, scale{kMost}, dscale{kMost}, dbias{kMost}, pending{kMost};
  float mean[kMostRows], inv_std[kMostRows];
};

std::vector<Word> words(const float* x, std::size_t n) {
  std::vector<Word> result(n);
  if (n != 0) std::memcpy(result.data(), x, n * sizeof(float));
  return result;
}

// dX, dScale and dBias; of `piece` rows at a time.
std::vector<Word> run_case(const Case& what, std::size_t piece, const Kernels& kernels, Buffers& buffers,
                           const float* dy, const float* x, const float* scale, float* dx) {
  float* dscale = buffers.dscale.place(what.width, what.gap);
  float* dbias = buffers.dbias.place(what.width, what.gap);
  float* pending = buffers.pending.place(LayerNormGradient::kPending * what.width, what.gap);
  LayerNormGradient gradient(what.rows, what.width, scale, dscale, dbias, pending);
  for (std::size_t i = 0; i < what.rows; i += piece) {
    const std::size_t at = i * what.width, left = what.rows - i;
    gradient.take(
        {left < piece ? left : piece, dy + at, x + at, buffers.mean + i, buffers.inv_std + i, dx + at},
        kernels);
  }
  std::vector<Word> result = words(dx, what.rows * what.width);
  for (const float* sums : {dscale, dbias}) {
    const std::vector<Word> more = words(sums, what.width);
    result.insert(result.end(), more.begin(), more.end());
  }
  return result;
}

void check(const Case& what, float special, Buffers& buffers, Rng& rng) {
  const std::size_t n = what.rows * what.width;
  float *dy = buffers.dy.place(n, what.gap), *x = buffers.x.place(n, what.gap / 2);
  float* scale = buffers.scale.place(what.width, what.gap);
  fill_numbers(dy, n, special, rng);
  fill_numbers(x, n, special, rng);
  fill_numbers(scale, what.width, 1.0f, rng);
  for (float* vector : {buffers.mean, buffers.inv_std}) fill_numbers(vector, what.rows, 1.0f, rng);
  const std::vector<float> before(dy, dy + n);
  const auto run_on = [&](const Kernels& kernels, std::size_t piece, float* dx) {
    return run_case(what, piece, kernels, buffers, dy, x, scale, dx);
  };
  float* apart = buffers.dx.place(n, what.gap / 3);
  const std::vector<Word> expected = run_on(*tables().back(), what.rows + 1, apart);
  for (const Kernels* kernels : tables()) {
    for (const std::size_t piece : Sizes{what.rows + 1, 1, 3, 4}) {
      expect(run_on(*kernels, piece, apart) == expected && buffers.dx.intact(), name_of(*kernels, what));
    }
    expect(run_on(*kernels, 5, dy) == expected && buffers.dy.intact(), "in place " + name_of(*kernels, what));
    expect(buffers.dscale.intact() && buffers.dbias.intact() && buffers.pending.intact(),
           "sums of " + name_of(*kernels, what));
    if (n != 0) std::memcpy(dy, before.data(), n * sizeof(float));
  }
}

}  // namespace

KERNEL_TEST(layer_norm_grad, rows) {
  Buffers buffers;
  Rng rng(41);
  const float kSpecials[] = {bit_cast<float>(Word{0x7FC12345u}), kInfinity, -0.0f, 1e-41f};
  std::size_t turn = 0;
  for (std::size_t width = 0; width <= 70; ++width) {
    for (const std::size_t rows : Sizes{0, 1, 2, 4, 5, 6, 8, 9, 11}) {
      check({rows, width, turn % 4}, kSpecials[turn % 4], buffers, rng);
      ++turn;
    }
  }
  check({33, 768, 0}, -0.0f, buffers, rng);
  check({64, 257, 1}, -0.0f, buffers, rng);
}

}  // namespace bitgraph::test
