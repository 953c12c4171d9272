// The gradient of batch normalization: every table gives scalar's bits, apart and in place, at each
// alignment. Scalar itself is compared with NumPy and with ONNX Runtime in tests/ops.
#include "bitgraph/batch_norm_grad.h"

#include "floats.h"
#include "harness.h"
#include "oracle.h"

namespace bitgraph::test {

namespace {

using Word = std::uint32_t;

constexpr std::size_t kMost = 1 << 16;

struct Case {
  std::size_t samples, channels, plane, gap;
  Activation activation;
};

std::string name_of(const Kernels& kernels, const Case& what) {
  return describe(kernels, "samples", what.samples, "channels", what.channels, "plane", what.plane, "gap",
                  what.gap, "mask", static_cast<int>(what.activation.mask));
}

// One kind of special values a run: where NaN of two payloads meet it is open which one comes out.
std::vector<Word> special_kind(std::size_t kind) {
  if (kind == 0) return {0x7FC12345u};
  if (kind == 1) return {0x7F800000u, 0xFF800000u};
  return {0x00000000u, 0x80000000u, 0x00000001u, 0x80000001u, 0x007FFFFFu};
}

void fill_numbers(float* x, std::size_t n, const std::vector<Word>& specials, Rng& rng) {
  for (std::size_t i = 0; i < n; ++i) {
    const float number = static_cast<float>(rng.below(1u << 20)) / 262144.0f - 2.0f;
    x[i] = rng.chance(2) ? bit_cast<float>(specials[rng.below(specials.size())]) : number;
  }
}

struct Buffers {
  Guarded<float> dy{kMost}, x{kMost}, dx{kMost};
  float scale[64], bias[64], mean[64], inv_std[64];
};

struct Result {
  std::vector<float> dx, dscale, dbias;
  bool operator==(const Result& other) const {
    const auto equal = [](const std::vector<float>& a, const std::vector<float>& b) {
      return same(reinterpret_cast<const Word*>(a.data()), reinterpret_cast<const Word*>(b.data()), a.size());
    };
    return equal(dx, other.dx) && equal(dscale, other.dscale) && equal(dbias, other.dbias);
  }
};

Result run_case(const Case& what, const Kernels& kernels, Buffers& buffers, float* dy, const float* x,
                float* dx) {
  Result result;
  result.dscale.resize(what.channels);
  result.dbias.resize(what.channels);
  run({what.samples, what.channels, what.plane, dy, x, buffers.scale, buffers.bias, buffers.mean,
       buffers.inv_std, what.activation, dx, result.dscale.data(), result.dbias.data()},
      kernels, {});
  result.dx.assign(dx, dx + what.samples * what.channels * what.plane);
  return result;
}

// The same, `rows` samples at a time.
Result run_parts(const Case& what, const Kernels& kernels, Buffers& buffers, std::size_t rows, float* dy,
                 const float* x, float* dx) {
  Result result;
  result.dscale.resize(what.channels);
  result.dbias.resize(what.channels);
  std::vector<ChannelSums> sums(what.channels);
  for (const bool sums_are_there : {false, true}) {
    for (std::size_t n = 0; n < what.samples; n += rows) {
      const std::size_t at = n * what.channels * what.plane, left = what.samples - n;
      const BatchNormGradient part = {left < rows ? left : rows,
                                      what.channels,
                                      what.plane,
                                      dy + at,
                                      x + at,
                                      buffers.scale,
                                      buffers.bias,
                                      buffers.mean,
                                      buffers.inv_std,
                                      what.activation,
                                      dx + at,
                                      result.dscale.data(),
                                      result.dbias.data()};
      if (sums_are_there) {
        differentiate_part(part, what.samples, kernels, {}, sums.data());
      } else {
        add_part(part, what.samples, kernels, {}, sums.data());
      }
    }
  }
  result.dx.assign(dx, dx + what.samples * what.channels * what.plane);
  return result;
}

void check(const Case& what, std::size_t kind, Buffers& buffers, Rng& rng) {
  const std::size_t n = what.samples * what.channels * what.plane;
  float *dy = buffers.dy.place(n, what.gap), *x = buffers.x.place(n, what.gap / 2);
  const std::vector<Word> specials = special_kind(kind);
  fill_numbers(dy, n, specials, rng);
  fill_numbers(x, n, specials, rng);
  for (float* vector : {buffers.scale, buffers.bias, buffers.mean, buffers.inv_std}) {
    fill_numbers(vector, what.channels, {0x3F800000u}, rng);
  }
  const std::vector<float> before(dy, dy + n);
  const Kernels& scalar = *tables().back();
  const Result expected = run_case(what, scalar, buffers, dy, x, buffers.dx.place(n, what.gap / 3));
  for (const Kernels* kernels : tables()) {
    const Result apart = run_case(what, *kernels, buffers, dy, x, buffers.dx.place(n, what.gap / 3));
    expect(apart == expected && buffers.dx.intact(), name_of(*kernels, what));
    for (const std::size_t rows : Sizes{1, 2}) {
      const Result parts = run_parts(what, *kernels, buffers, rows, dy, x, buffers.dx.place(n, what.gap / 3));
      expect(parts == expected && buffers.dx.intact(), "by parts " + name_of(*kernels, what));
    }
    const Result in_place = run_case(what, *kernels, buffers, dy, x, dy);
    expect(in_place == expected && buffers.dy.intact(), "in place " + name_of(*kernels, what));
    if (n != 0) std::memcpy(dy, before.data(), n * sizeof(float));
  }
}

}  // namespace

KERNEL_TEST(batch_norm_grad, planes) {
  Buffers buffers;
  Rng rng(31);
  std::size_t turn = 0;
  for (std::size_t plane = 0; plane <= 70; ++plane) {
    for (const std::size_t gap : Sizes{0, 1, 2, 3, 8}) {
      for (const Activation activation :
           {Activation{}, Activation{Mask::relu, kRelu}, Activation{Mask::clip, {-0.5f, 0.75f}}}) {
        check({1 + turn % 3, 1 + turn % 5, plane, gap, activation}, turn % 3, buffers, rng);
        ++turn;
      }
    }
  }
}

KERNEL_TEST(batch_norm_grad, many_channels) {
  Buffers buffers;
  Rng rng(32);
  for (const Sizes& shape : {Sizes{0, 3, 5}, Sizes{3, 0, 5}, Sizes{16, 64, 9}, Sizes{2, 64, 1},
                             Sizes{3, 5, 1023}, Sizes{1, 2, 16385}, Sizes{2, 3, 4097}}) {
    const std::size_t* dims = shape.begin();
    check({dims[0], dims[1], dims[2], 0, Activation{}}, 2, buffers, rng);
    check({dims[0], dims[1], dims[2], 3, Activation{Mask::relu, kRelu}}, 2, buffers, rng);
  }
}

}  // namespace bitgraph::test
