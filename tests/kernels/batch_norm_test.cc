// Batch normalization recomputed, and its activation's gradient: every table against values worked out here.
#include <cmath>
#include <limits>

#include "floats.h"
#include "harness.h"
#include "oracle.h"

namespace bitgraph::test {

namespace {

using Word = std::uint32_t;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// A value that the compiler cannot see through: the sum and the product happen in the processor, one by one.
float opaque(float x) {
  volatile float held = x;
  return held;
}

Word quiet_nan(float nan) { return bit_cast<Word>(nan) | 0x00400000u; }

// The first operand that is NaN, else what the processor says.
Word product_bits(float a, float b) {
  if (std::isnan(a)) return quiet_nan(a);
  return std::isnan(b) ? quiet_nan(b) : bit_cast<Word>(opaque(opaque(a) * opaque(b)));
}
Word sum_bits(float a, float b) {
  if (std::isnan(a)) return quiet_nan(a);
  return std::isnan(b) ? quiet_nan(b) : bit_cast<Word>(opaque(opaque(a) + opaque(b)));
}

float value(float x, Affine channel) {
  return bit_cast<float>(sum_bits(bit_cast<float>(product_bits(x, channel.factor)), channel.offset));
}

Word in_range(float y, Range range) {
  if (y < range.low) y = range.low;
  if (y > range.high) y = range.high;
  return bit_cast<Word>(y);
}

const std::vector<Affine>& channels() {
  static const std::vector<Affine> all = {{1.0f, 0.0f},
                                          kIdentity,
                                          {-0.3f, 0.7f},
                                          {1e-20f, -0.0f},
                                          {3e38f, -3e38f},
                                          {0.0f, 0.5f},
                                          {kNan, 1.0f},
                                          {1.0f, -kNan},
                                          {kInfinity, 1.0f},
                                          {2.0f, -kInfinity},
                                          {bit_cast<float>(0x7F812345u), bit_cast<float>(0xFFC00001u)}};
  return all;
}

const std::vector<Range>& ranges() {
  static const std::vector<Range> all = {kEverything,    kRelu,        {0.0f, 6.0f}, {-0.0f, 6.0f},
                                         {-1.0f, -0.0f}, {6.0f, 0.0f}, {kNan, 1.0f}, {0.0f, kNan}};
  return all;
}

void fill_floats(float* x, std::size_t n, Rng& rng) {
  const std::vector<Word>& all = specials<Word>();
  for (std::size_t i = 0; i < n; ++i) {
    const float small = static_cast<float>(rng.below(4001)) / 250.0f - 8.0f;
    x[i] = rng.chance(10) ? bit_cast<float>(all[rng.below(all.size())]) : small;
  }
}

// Calls check(n, gap, channel, range) over lengths and alignments, with each pair of a channel and a range.
template <class Check>
void for_each_case(Check check) {
  std::size_t turn = 0;
  for (const std::size_t n : lengths()) {
    for (const std::size_t gap : Sizes{0, 1, 3, 8}) {
      for (std::size_t i = 0; i < (n < 40 ? 8 : 1) * ranges().size(); ++i, ++turn) {
        check(n, gap, channels()[turn % channels().size()], ranges()[turn % ranges().size()]);
      }
    }
  }
}

struct Buffers {
  Guarded<float> x{kLongest}, dy{kLongest}, out{kLongest};
  bool intact() const { return x.intact() && dy.intact() && out.intact(); }
};

bool agrees(const float* found, const std::vector<Word>& expected) {
  return same(reinterpret_cast<const Word*>(found), expected.data(), expected.size());
}

}  // namespace

KERNEL_TEST(batch_norm, recompute) {
  for (const Kernels* kernels : tables()) {
    Buffers buffers;
    Rng rng(21);
    for_each_case([&](std::size_t n, std::size_t gap, Affine channel, Range range) {
      float *x = buffers.x.place(n, gap), *y = buffers.out.place(n, gap / 2);
      fill_floats(x, n, rng);
      std::vector<Word> expected(n);
      for (std::size_t i = 0; i < n; ++i) expected[i] = in_range(value(x[i], channel), range);
      kernels->batch_norm.recompute(x, n, channel, range, y);
      const std::string where = describe(*kernels, "n", n, "gap", gap);
      expect(agrees(y, expected) && buffers.out.intact(), where);
      kernels->batch_norm.recompute(x, n, channel, range, x);
      expect(agrees(x, expected) && buffers.x.intact(), "in place " + where);
    });
  }
}

KERNEL_TEST(batch_norm, the_identity_keeps_numbers) {
  for (const Kernels* kernels : tables()) {
    for (const Word bits : {0x00000000u, 0x80000000u, 0x00000001u, 0x80000001u, 0x7F800000u, 0xFF800000u}) {
      const float x = bit_cast<float>(bits);
      float y = 1.0f;
      kernels->batch_norm.recompute(&x, 1, kIdentity, kEverything, &y);
      expect(bit_cast<Word>(y) == bits, describe(*kernels, "bits", bits));
    }
  }
}

KERNEL_TEST(batch_norm, relu_grad) {
  for (const Kernels* kernels : tables()) {
    Buffers buffers;
    Rng rng(22);
    for_each_case([&](std::size_t n, std::size_t gap, Affine channel, Range) {
      float *x = buffers.x.place(n, gap), *dy = buffers.dy.place(n, gap / 3), *dx = buffers.out.place(n, gap);
      fill_floats(x, n, rng);
      fill_floats(dy, n, rng);
      std::vector<Word> expected(n);
      for (std::size_t i = 0; i < n; ++i) {
        expected[i] = value(x[i], channel) > 0.0f ? bit_cast<Word>(dy[i]) : 0;
      }
      kernels->batch_norm.relu_grad(dy, x, n, channel, dx);
      const std::string where = describe(*kernels, "n", n, "gap", gap);
      expect(agrees(dx, expected) && buffers.intact(), where);
      kernels->batch_norm.relu_grad(dy, x, n, channel, dy);
      expect(agrees(dy, expected) && buffers.intact(), "in place " + where);
    });
  }
}

KERNEL_TEST(batch_norm, clip_grad) {
  for (const Kernels* kernels : tables()) {
    Buffers buffers;
    Rng rng(23);
    for_each_case([&](std::size_t n, std::size_t gap, Affine channel, Range range) {
      float *x = buffers.x.place(n, gap), *dy = buffers.dy.place(n, gap / 3), *dx = buffers.out.place(n, gap);
      fill_floats(x, n, rng);
      fill_floats(dy, n, rng);
      std::vector<Word> expected(n);
      for (std::size_t i = 0; i < n; ++i) {
        const float y = value(x[i], channel);
        expected[i] = product_bits(dy[i], y >= range.low && y <= range.high ? 1.0f : 0.0f);
      }
      kernels->batch_norm.clip_grad(dy, x, n, channel, range, dx);
      const std::string where = describe(*kernels, "n", n, "gap", gap);
      expect(agrees(dx, expected) && buffers.intact(), where);
      kernels->batch_norm.clip_grad(dy, x, n, channel, range, dy);
      expect(agrees(dy, expected) && buffers.intact(), "in place " + where);
    });
  }
}

}  // namespace bitgraph::test
