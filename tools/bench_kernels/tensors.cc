#include "tensors.h"

#include <cstring>
#include <new>
#include <random>

namespace bitgraph::bench {

namespace {

constexpr std::align_val_t kPage{4096};

}  // namespace

Pages::Pages(std::uint64_t bytes)
    : data(static_cast<std::uint8_t*>(::operator new(static_cast<std::size_t>(bytes), kPage))) {
  std::memset(data, 1, static_cast<std::size_t>(bytes));
}

Pages::~Pages() { ::operator delete(data, kPage); }

Buffer buffer(std::uint64_t bytes) { return std::make_shared<Pages>(bytes); }

Dtype dtype_of(const Case& what) {
  if (what.dtype == "float32") return Dtype::float32;
  if (what.dtype == "float64") return Dtype::float64;
  if (what.dtype == "float16") return Dtype::float16;
  return what.dtype == "bool" ? Dtype::boolean : Dtype::uint8;
}

Shape shape_of(const Case& what) {
  Shape shape;
  shape.rank = 1;
  shape.dims[0] = shape.count = what.bytes / width_of(dtype_of(what));
  return shape;
}

Buffer tensor(const Case& what) {
  Buffer x = buffer(what.bytes);
  std::mt19937_64 random(1);
  const auto below = static_cast<std::uint64_t>(what.zeros * 4294967296.0);
  with_width(width_of(dtype_of(what)), [&](auto unit) {
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

}  // namespace bitgraph::bench
