// Max pooling's codes against a pool written out here, in one to three axes, both orders, with and without a
// maximum.
#include "bitgraph/pool.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "harness.h"
#include "oracle.h"
#include "threads.h"

namespace bitgraph::test {

namespace {

Pool make_pool(std::size_t axes, std::initializer_list<std::int64_t> input,
               std::initializer_list<std::int64_t> kernel, std::initializer_list<std::int64_t> stride,
               std::initializer_list<std::int64_t> pad, std::initializer_list<std::int64_t> dilation,
               bool column_major) {
  Pool pool;
  pool.axes = axes;
  const auto set = [axes](std::int64_t* to, const std::initializer_list<std::int64_t>& from) {
    std::copy(from.begin(), from.end(), to + (kPoolAxes - axes));
  };
  set(pool.input, input);
  set(pool.kernel, kernel);
  set(pool.stride, stride);
  set(pool.pad, pad);
  set(pool.dilation, dilation);
  pool.column_major = column_major;
  for (std::size_t a = 0; a < kPoolAxes; ++a) {
    const std::int64_t extent = (pool.kernel[a] - 1) * pool.dilation[a] + 1;
    pool.output[a] = (pool.input[a] + 2 * pool.pad[a] - extent) / pool.stride[a] + 1;
  }
  pool.planes = 6;
  const Problem problem = prepare(pool);
  expect(!problem, problem.text());
  return pool;
}

// What MaxPool's indices are for a tensor x, a window without a maximum giving -1 on each axis.
std::vector<std::int64_t> pool_indices(const Pool& p, const std::vector<float>& x) {
  std::vector<std::int64_t> indices;
  const auto at = [&p](std::int64_t a, std::int64_t b, std::int64_t c) {
    if (!p.column_major) return (a * p.input[1] + b) * p.input[2] + c;
    return a + b * p.input[0] + c * p.input[0] * p.input[1];
  };
  const auto row_major = [&p](std::int64_t a, std::int64_t b, std::int64_t c) {
    return (a * p.input[1] + b) * p.input[2] + c;
  };
  for (std::int64_t plane = 0; plane < static_cast<std::int64_t>(p.planes); ++plane) {
    const std::int64_t first = plane * p.input_size();
    for (std::int64_t oa = 0; oa < p.output[0]; ++oa)
      for (std::int64_t ob = 0; ob < p.output[1]; ++ob)
        for (std::int64_t oc = 0; oc < p.output[2]; ++oc) {
          float best = std::numeric_limits<float>::lowest();
          std::int64_t index = at(p.axes > 2 ? -1 : 0, p.axes > 1 ? -1 : 0, -1);
          for (std::int64_t ka = 0; ka < p.kernel[0]; ++ka)
            for (std::int64_t kb = 0; kb < p.kernel[1]; ++kb)
              for (std::int64_t kc = 0; kc < p.kernel[2]; ++kc) {
                const std::int64_t a = oa * p.stride[0] - p.pad[0] + ka * p.dilation[0];
                const std::int64_t b = ob * p.stride[1] - p.pad[1] + kb * p.dilation[1];
                const std::int64_t c = oc * p.stride[2] - p.pad[2] + kc * p.dilation[2];
                if (a < 0 || b < 0 || c < 0 || a >= p.input[0] || b >= p.input[1] || c >= p.input[2])
                  continue;
                const float value = x[static_cast<std::size_t>(first + row_major(a, b, c))];
                if (!(value > best)) continue;
                best = value;
                index = at(a, b, c);
              }
          indices.push_back(first + index);
        }
  }
  return indices;
}

void agrees(const Pool& pool, unsigned nans, Rng& rng, const Workers& workers) {
  const auto elements = static_cast<std::size_t>(pool.input_size()) * pool.planes;
  const auto pooled = static_cast<std::size_t>(pool.output_size()) * pool.planes;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> x(elements), dy(pooled);
  for (float& value : x) value = rng.chance(nans) ? nan : static_cast<float>(rng.below(1000));
  for (float& value : dy) value = static_cast<float>(rng.below(1000)) - 500;
  const std::vector<std::int64_t> indices = pool_indices(pool, x);

  std::vector<std::uint8_t> codes(pooled);
  const Problem not_encoded = encode_indices(pool, indices.data(), workers, codes.data());
  expect(!not_encoded, not_encoded.text());
  bool any_without = false;
  const Problem not_valid = check_codes(pool, codes.data(), workers, any_without);
  expect(!not_valid, not_valid.text());

  std::vector<float> want(elements, 0), got(elements, nan);
  for (std::size_t i = 0; i < pooled; ++i) {
    if (indices[i] >= 0) want[static_cast<std::size_t>(indices[i])] += dy[i];
  }
  scatter_codes(pool, dy.data(), codes.data(), any_without, workers, got.data());
  expect(std::memcmp(want.data(), got.data(), elements * sizeof(float)) == 0,
         "scattered, axes " + std::to_string(pool.axes) + " nans " + std::to_string(nans));
}

// Every table's maxima are those of the indices, at the end of memory as anywhere.
void maxima_agree(const Pool& pool, unsigned nans, Rng& rng, const Workers& workers) {
  const auto elements = static_cast<std::size_t>(pool.input_size()) * pool.planes;
  const auto pooled = static_cast<std::size_t>(pool.output_size()) * pool.planes;
  Guarded<float> x_memory(elements), y_memory(pooled);
  Guarded<std::uint8_t> codes_memory(pooled);
  float* x = x_memory.place(elements, 0);
  for (std::size_t i = 0; i < elements; ++i) {
    x[i] = rng.chance(nans) ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(rng.below(9)) - 4;
  }
  const std::vector<std::int64_t> indices = pool_indices(pool, {x, x + elements});
  std::vector<std::uint8_t> want(pooled);
  const Problem problem = encode_indices(pool, indices.data(), {}, want.data());
  expect(!problem, problem.text());
  for (const Kernels* kernels : tables()) {
    float* y = y_memory.place(pooled, 0);
    std::uint8_t* codes = codes_memory.place(pooled, 0);
    max_pool(pool, x, *kernels, workers, y, codes);
    const std::string where = describe(*kernels, "axes", pool.axes, "nans", nans);
    expect(same(codes, want.data(), pooled), "codes, " + where);
    for (std::size_t i = 0; i < pooled; ++i) {
      const float value = codes[i] == kNoCell ? std::numeric_limits<float>::lowest()
                                              : x[static_cast<std::size_t>(indices[i])];
      expect(std::memcmp(&value, y + i, sizeof value) == 0, "maxima, " + where);
    }
  }
}

}  // namespace

KERNEL_TEST(pool, maxima) {
  Rng rng(21);
  const Pool pools[] = {
      make_pool(1, {80}, {3}, {2}, {1}, {1}, false),
      make_pool(1, {75}, {2}, {3}, {0}, {2}, false),
      make_pool(2, {8, 34}, {2, 2}, {2, 2}, {0, 0}, {1, 1}, false),
      make_pool(2, {8, 35}, {3, 3}, {2, 2}, {1, 1}, {1, 1}, false),
      make_pool(2, {9, 18}, {3, 2}, {1, 1}, {1, 1}, {2, 1}, false),
      make_pool(2, {3, 3}, {3, 3}, {1, 1}, {2, 2}, {2, 2}, false),
      make_pool(2, {20, 90}, {15, 17}, {3, 4}, {7, 7}, {1, 1}, false),
      make_pool(3, {5, 6, 27}, {2, 3, 2}, {1, 2, 1}, {0, 1, 0}, {1, 1, 2}, false),
  };
  for (const Pool& pool : pools) {
    for (const unsigned nans : {0u, 50u, 95u}) {
      maxima_agree(pool, nans, rng, {});
      maxima_agree(pool, nans, rng, two_threads());
    }
  }
}

KERNEL_TEST(pool, geometries) {
  Rng rng(20);
  for (const bool column_major : {false, true}) {
    const Pool pools[] = {
        make_pool(1, {12}, {3}, {2}, {1}, {1}, column_major),
        make_pool(2, {8, 9}, {2, 2}, {2, 2}, {0, 0}, {1, 1}, column_major),
        make_pool(2, {8, 9}, {3, 3}, {2, 2}, {1, 1}, {1, 1}, column_major),
        make_pool(2, {9, 8}, {3, 2}, {1, 1}, {1, 1}, {2, 1}, column_major),
        make_pool(2, {1, 3}, {1, 3}, {1, 1}, {0, 1}, {1, 1}, column_major),
        make_pool(2, {3, 3}, {3, 3}, {1, 1}, {2, 2}, {2, 2}, column_major),
        make_pool(2, {20, 20}, {15, 17}, {3, 2}, {7, 7}, {1, 1}, column_major),
        make_pool(2, {64, 64}, {3, 3}, {2, 2}, {1, 1}, {1, 1}, column_major),
        make_pool(3, {5, 6, 7}, {2, 3, 2}, {1, 2, 1}, {0, 1, 0}, {1, 1, 2}, column_major),
    };
    for (const Pool& pool : pools) {
      for (const unsigned nans : {0u, 50u, 95u}) {
        agrees(pool, nans, rng, {});
        agrees(pool, nans, rng, two_threads());
      }
    }
  }
}

KERNEL_TEST(pool, refused_geometries) {
  const auto refused = [](auto change) {
    Pool pool = make_pool(2, {8, 8}, {2, 2}, {2, 2}, {0, 0}, {1, 1}, false);
    change(pool);
    return static_cast<bool>(prepare(pool));
  };
  expect(refused([](Pool& p) { p.kernel[1] = p.kernel[2] = 16; }), "256 cells");
  expect(!refused([](Pool& p) { p.kernel[1] = 15, p.kernel[2] = 17; }), "255 cells");
  expect(refused([](Pool& p) { p.kernel[1] = 0; }), "kernel 0");
  expect(refused([](Pool& p) { p.stride[2] = 0; }), "stride 0");
  expect(refused([](Pool& p) { p.dilation[2] = -1; }), "dilation -1");
  expect(refused([](Pool& p) { p.pad[2] = -1; }), "pad -1");
  expect(refused([](Pool& p) { p.input[1] = p.input[2] = std::int64_t{1} << 40; }), "huge input");
  expect(refused([](Pool& p) { p.kernel[2] = std::numeric_limits<std::int64_t>::max(); }), "huge kernel");
  expect(refused([](Pool& p) { p.dilation[2] = std::int64_t{1} << 40; }), "huge dilation");
}

KERNEL_TEST(pool, refused_codes) {
  Pool pool = make_pool(2, {4, 4}, {3, 3}, {1, 1}, {1, 1}, {1, 1}, false);
  pool.planes = 1;
  for (unsigned code = 0; code < 256; ++code) {
    std::vector<std::uint8_t> codes(16, 4);  // The centre: on the input everywhere.
    codes[0] = static_cast<std::uint8_t>(code);
    bool any_without = false;
    const Problem problem = check_codes(pool, codes.data(), {}, any_without);
    const bool on_input = code < 9 && code % 3 >= 1 && code / 3 >= 1;  // At the corner of the image.
    expect(static_cast<bool>(problem) == !(on_input || code == kNoCell), "code " + std::to_string(code));
    expect(any_without == (code == kNoCell), "without a maximum " + std::to_string(code));
  }
}

KERNEL_TEST(pool, refused_indices) {
  Pool pool = make_pool(2, {4, 4}, {2, 2}, {2, 2}, {0, 0}, {1, 1}, false);
  pool.planes = 1;
  for (std::int64_t index = -40; index < 40; ++index) {
    const std::int64_t indices[] = {0, index, 8, 10};
    std::uint8_t codes[4];
    const bool in_window = index == 2 || index == 3 || index == 6 || index == 7 || index == -5;
    expect(static_cast<bool>(encode_indices(pool, indices, {}, codes)) == !in_window,
           "index " + std::to_string(index));
  }
}

// Numbers that a subtraction would carry over the end of 64 bits.
KERNEL_TEST(pool, extreme_indices) {
  Pool pool = make_pool(1, {4}, {2}, {2}, {0}, {1}, false);
  pool.planes = 2;
  for (const std::int64_t index :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    for (std::size_t at = 0; at < 4; ++at) {
      std::int64_t indices[] = {0, 2, 4, 6};
      std::uint8_t codes[4];
      expect(!encode_indices(pool, indices, {}, codes), "good indices");
      indices[at] = index;
      expect(static_cast<bool>(encode_indices(pool, indices, {}, codes)), "an extreme index");
    }
  }
}

// A window beside an input of one element has no cell on it.
KERNEL_TEST(pool, padding_beside_one_element) {
  const Pool pool = make_pool(2, {1, 2}, {1, 1}, {1, 1}, {1, 0}, {1, 1}, false);
  std::vector<std::int64_t> indices(3 * 2 * 6, 0);
  std::vector<std::uint8_t> codes(indices.size());
  expect(static_cast<bool>(encode_indices(pool, indices.data(), {}, codes.data())),
         "an index of the padding");
}

// Where one axis is empty the others, and the planes, may be as many as they like.
KERNEL_TEST(pool, nothing_beside_huge_axes) {
  Pool pool = make_pool(2, {8, 8}, {2, 2}, {2, 2}, {0, 0}, {1, 1}, false);
  bool any_without = true;
  pool.output[1] = std::int64_t{1} << 50;
  pool.output[2] = 0;
  expect(!check_codes(pool, nullptr, {}, any_without) && !any_without, "no codes");
  expect(!encode_indices(pool, nullptr, {}, nullptr), "no indices");
  std::vector<float> dx(6 * 64, 1);
  scatter_codes<float>(pool, nullptr, nullptr, false, {}, dx.data());
  expect(dx == std::vector<float>(6 * 64, 0), "no gradients");
  pool.planes = std::uint64_t{1} << 50;
  expect(!check_codes(pool, nullptr, {}, any_without), "no codes in many planes");
  expect(!encode_indices(pool, nullptr, {}, nullptr), "no indices in many planes");
}

}  // namespace bitgraph::test
