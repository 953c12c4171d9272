#include "cases.h"

#include <cstring>
#include <memory>
#include <new>
#include <random>

#include "bitgraph/batch_norm_grad.h"
#include "bitgraph/pool.h"

namespace bitgraph::bench {

namespace {

struct Pages {
  explicit Pages(std::uint64_t bytes) : data(new_pages(bytes)) {}
  ~Pages() { ::operator delete(data, std::align_val_t{4096}); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  std::uint8_t* data;
};

using Buffer = std::shared_ptr<Pages>;
Buffer buffer(std::uint64_t bytes) { return std::make_shared<Pages>(bytes); }

Dtype dtype_named(const std::string& name) {
  if (name == "float32") return Dtype::float32;
  if (name == "float64") return Dtype::float64;
  if (name == "float16") return Dtype::float16;
  return name == "bool" ? Dtype::boolean : Dtype::uint8;
}

Shape shape_of(const Case& what) {
  Shape shape;
  shape.rank = 1;
  shape.dims[0] = shape.count = what.bytes / width_of(dtype_named(what.dtype));
  return shape;
}

// Positive numbers and zeros in random places; bool: 0 and 1.
Buffer tensor(const Case& what) {
  Buffer x = buffer(what.bytes);
  std::mt19937_64 random(1);
  const auto below = static_cast<std::uint64_t>(what.zeros * 4294967296.0);
  with_width(width_of(dtype_named(what.dtype)), [&](auto unit) {
    using U = decltype(unit);
    auto* elements = reinterpret_cast<U*>(x->data);
    constexpr int kSign = 8 * static_cast<int>(sizeof(U)) - 2;  // Below 2.0 in every floating-point type.
    for (std::uint64_t i = 0; i < what.bytes / sizeof(U); ++i) {
      const std::uint64_t word = random();
      const U value =
          what.dtype == "bool" ? U{1} : static_cast<U>((word & ((std::uint64_t{1} << kSign) - 1)) | 1);
      elements[i] = (word >> 32) < below ? U{0} : value;
    }
  });
  return x;
}

struct Packed {
  Buffer x, blob;
  std::shared_ptr<std::vector<std::uint64_t>> offsets;
  Shape shape;
  Dtype dtype;
};

void pack_into(const Packed& p, const Kernels& kernels, const Workers& workers) {
  const std::size_t width = width_of(p.dtype);
  count_blocks(p.x->data, width, p.shape.count, kernels, workers, p.offsets->data());
  if (smaller_encoding(width, p.shape, p.offsets->back()) == Encoding::bitmap) {
    write_bitmap(p.x->data, p.dtype, p.shape, p.offsets->data(), kernels, workers, p.blob->data);
  } else {
    write_dense(p.x->data, p.dtype, p.shape, kernels, workers, p.blob->data);
  }
}

Packed packed(const Case& what) {
  const Shape shape = shape_of(what);
  const std::uint64_t room = what.bytes + what.bytes / 4 + 8 * blocks_of(shape.count) + 4096;
  return {tensor(what), buffer(room),
          std::make_shared<std::vector<std::uint64_t>>(blocks_of(shape.count) + 1), shape,
          dtype_named(what.dtype)};
}

std::function<void()> unpack_case(const Case& what, const Kernels& kernels, const Workers& workers) {
  const Packed p = packed(what);
  pack_into(p, kernels, workers);
  const Layout bitmap = layout_of(Encoding::bitmap, width_of(p.dtype), p.shape, p.offsets->back());
  const Layout dense = layout_of(Encoding::dense, width_of(p.dtype), p.shape, p.shape.count);
  const auto size = static_cast<std::size_t>(bitmap.total < dense.total ? bitmap.total : dense.total);
  Buffer out = buffer(what.bytes);
  return [=, &kernels] {
    Held held;
    if (read_header(p.blob->data, size, held) || validate(held, kernels, workers)) std::abort();
    restore_all(held, kernels, workers, out->data);
  };
}

// Runs deed(begin, n) over a tensor as the operators do.
template <class Deed>
void by_pieces(std::uint64_t count, const Workers& workers, Deed deed) {
  for_each(workers, static_cast<std::size_t>(tasks_of(count)), [=](std::size_t task) {
    const std::uint64_t begin = task * kTask, left = count - begin;
    deed(begin, static_cast<std::size_t>(left < kTask ? left : kTask));
  });
}

std::function<void()> mask_case(const Case& what, const Kernels& kernels, const Workers& workers) {
  const Buffer x = tensor(what), bits = buffer(what.bytes / 4), dx = tensor(what);
  const std::uint64_t count = shape_of(what).count;
  const bool gradient = what.op == "mask_grad";
  return [=, &kernels] {
    with_float(dtype_named(what.dtype), [&](auto unit) {
      using T = decltype(unit);
      const auto* from = reinterpret_cast<const T*>(x->data);
      auto* to = reinterpret_cast<T*>(dx->data);
      by_pieces(count, workers, [&](std::uint64_t begin, std::size_t n) {
        if (!gradient) return kernels.floating<T>().positive(from + begin, n, bits->data + begin / 8);
        with_width(sizeof(T), [&](auto word) {
          using U = decltype(word);
          kernels.width<U>().select(reinterpret_cast<const U*>(to) + begin, bits->data + begin / 8, n,
                                    reinterpret_cast<U*>(to) + begin);
        });
      });
    });
  };
}

std::function<void()> bits_case(const Case& what, const Kernels& kernels, const Workers& workers) {
  const Buffer x = tensor(what), bits = buffer(what.bytes / 8 + 64);
  const bool back = what.op == "bits_unpack";
  return [=, &kernels] {
    by_pieces(what.bytes, workers, [&](std::uint64_t begin, std::size_t n) {
      if (back) return kernels.unpack_bools(bits->data + begin / 8, n, x->data + begin);
      kernels.pack_bools(x->data + begin, n, bits->data + begin / 8);
    });
  };
}

// A pool of 2 x 2 over planes of 32 x 32; the bytes are those of its input.
std::function<void()> pool_case(const Case& what, const Workers& workers) {
  auto pool = std::make_shared<Pool>();
  pool->axes = 2;
  for (std::size_t axis = 1; axis < kPoolAxes; ++axis) {
    pool->input[axis] = 32;
    pool->kernel[axis] = pool->stride[axis] = 2;
    pool->output[axis] = 16;
  }
  pool->planes = what.bytes / (32 * 32 * 4);
  if (bitgraph::prepare(*pool)) std::abort();
  const auto pooled = static_cast<std::size_t>(pool->planes) * 256;
  auto indices = std::make_shared<std::vector<std::int64_t>>(pooled);
  auto codes = std::make_shared<std::vector<std::uint8_t>>(pooled);
  std::mt19937 random(2);
  for (std::size_t i = 0; i < pooled; ++i) {
    const std::size_t row = i % 256 / 16 * 2 + random() % 2, column = i % 16 * 2 + random() % 2;
    (*indices)[i] = static_cast<std::int64_t>(i / 256 * 1024 + row * 32 + column);
  }
  if (encode_indices(*pool, indices->data(), workers, codes->data())) std::abort();
  if (what.op == "index") {
    return [=] {
      if (encode_indices(*pool, indices->data(), workers, codes->data())) std::abort();
    };
  }
  const Buffer dy = tensor({"", "float32", 0, 4 * pooled}), dx = buffer(what.bytes);
  return [=] {
    bool any_without = false;
    if (check_codes(*pool, codes->data(), workers, any_without)) std::abort();
    scatter_codes(*pool, reinterpret_cast<const float*>(dy->data), codes->data(), any_without, workers,
                  reinterpret_cast<float*>(dx->data));
  };
}

// 32 samples of planes of 32 x 32, with ReLU; the bytes are those of X. The gradient is written over dY.
std::function<void()> batch_norm_case(const Case& what, const Kernels& kernels, const Workers& workers) {
  constexpr std::size_t kSamples = 32, kPlane = 32 * 32;
  const std::size_t channels = static_cast<std::size_t>(what.bytes) / (kSamples * kPlane * sizeof(float));
  const Buffer x = tensor(what), y = tensor(what);
  auto ones = std::make_shared<std::vector<float>>(channels, 1.0f);
  auto sums = std::make_shared<std::vector<float>>(2 * channels);
  if (what.op == "bn_recompute") {
    return [=, &kernels] {
      const auto* from = reinterpret_cast<const float*>(x->data);
      auto* to = reinterpret_cast<float*>(y->data);
      for_each(workers, kSamples, [&](std::size_t sample) {
        for (std::size_t plane = sample * channels; plane < (sample + 1) * channels; ++plane) {
          const std::size_t at = plane * kPlane;
          kernels.batch_norm.recompute(from + at, kPlane, {0.75f, -0.5f}, kRelu, to + at);
        }
      });
    };
  }
  return [=, &kernels] {
    const auto* from = reinterpret_cast<const float*>(x->data);
    auto* to = reinterpret_cast<float*>(y->data);
    const float* one = ones->data();
    run({kSamples,
         channels,
         kPlane,
         to,
         from,
         one,
         one,
         one,
         one,
         {Mask::relu, kRelu},
         to,
         sums->data(),
         sums->data() + channels},
        kernels, workers);
  };
}

}  // namespace

std::uint8_t* new_pages(std::uint64_t bytes) {
  auto* data =
      static_cast<std::uint8_t*>(::operator new(static_cast<std::size_t>(bytes), std::align_val_t{4096}));
  std::memset(data, 1, static_cast<std::size_t>(bytes));
  return data;
}

std::function<void()> prepare(const Case& what, const Kernels& kernels, const Workers& workers) {
  if (what.op == "pack") {
    const Packed p = packed(what);
    return [=, &kernels] { pack_into(p, kernels, workers); };
  }
  if (what.op == "unpack") return unpack_case(what, kernels, workers);
  if (what.op == "mask" || what.op == "mask_grad") return mask_case(what, kernels, workers);
  if (what.op == "bits" || what.op == "bits_unpack") return bits_case(what, kernels, workers);
  if (what.op == "bn_recompute" || what.op == "bn_grad") return batch_norm_case(what, kernels, workers);
  return pool_case(what, workers);
}

std::vector<Case> cases_for(std::uint64_t bytes) {
  std::vector<Case> cases;
  for (const char* op : {"pack", "unpack"}) {
    for (const double zeros : {0.0, 0.5, 0.7, 0.9}) cases.push_back({op, "float32", zeros, bytes});
    for (const char* dtype : {"float64", "float16", "uint8"}) cases.push_back({op, dtype, 0.5, bytes});
  }
  for (const char* op : {"mask", "mask_grad"}) {
    for (const char* dtype : {"float32", "float64", "float16"}) cases.push_back({op, dtype, 0.5, bytes});
  }
  for (const char* op : {"bits", "bits_unpack"}) cases.push_back({op, "bool", 0.5, bytes});
  for (const char* op : {"index", "pool_grad", "bn_recompute", "bn_grad"})
    cases.push_back({op, "float32", 0.0, bytes});
  return cases;
}

}  // namespace bitgraph::bench
