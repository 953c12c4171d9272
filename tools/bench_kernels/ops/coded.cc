#include <cstdlib>
#include <random>

#include "bitgraph/held.h"
#include "ops/ops.h"
#include "tensors.h"

namespace bitgraph::bench {

namespace {

struct Coding {
  Buffer x, blob;
  std::shared_ptr<std::vector<std::uint64_t>> offsets;
  std::shared_ptr<std::vector<std::uint8_t>> tops;
  Shape shape;
  const Kernels& kernels;
  Workers workers;

  // Returns the size of the blob.
  std::size_t write() const {
    const auto* elements = reinterpret_cast<const std::uint32_t*>(x->data);
    measure_blocks(elements, shape.count, kernels, workers, tops->data(), offsets->data());
    write_coded(elements, shape, tops->data(), offsets->data(), kernels, workers, blob->data);
    return static_cast<std::size_t>(layout_of(Encoding::coded, 4, shape, offsets->back()).total);
  }
};

// Normally distributed numbers, as a convolution's output.
Coding coding(const Case& what, const Kernels& kernels, const Workers& workers) {
  const Shape shape = shape_of(what);
  const Buffer x = buffer(what.bytes);
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  auto* floats = reinterpret_cast<float*>(x->data);
  for (std::uint64_t i = 0; i < shape.count; ++i) floats[i] = normal(random);
  return {x,
          buffer(what.bytes + what.bytes / 4 + 4096),
          std::make_shared<std::vector<std::uint64_t>>(blocks_of(shape.count) + 1),
          std::make_shared<std::vector<std::uint8_t>>(windows_of(shape.count)),
          shape,
          kernels,
          workers};
}

}  // namespace

Deed prepare_coded_encode(const Case& what, const Kernels& kernels, const Workers& workers) {
  return [coded = coding(what, kernels, workers)] { coded.write(); };
}

Deed prepare_coded_decode(const Case& what, const Kernels& kernels, const Workers& workers) {
  const Coding coded = coding(what, kernels, workers);
  const std::size_t size = coded.write();
  return [blob = coded.blob, size, out = buffer(what.bytes), &kernels, workers] {
    Held held;
    if (read_header(blob->data, size, held) || validate(held, kernels, workers)) std::abort();
    restore_all(held, kernels, workers, out->data);
  };
}

}  // namespace bitgraph::bench
