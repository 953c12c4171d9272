#include <cstdlib>

#include "bitgraph/held.h"
#include "ops/ops.h"
#include "tensors.h"

namespace bitgraph::bench {

namespace {

struct Packing {
  Buffer x, blob;
  std::shared_ptr<std::vector<std::uint64_t>> offsets;
  Shape shape;
  Dtype dtype;
  const Kernels& kernels;
  Workers workers;

  // Writes the smaller form; returns its size.
  std::size_t write() const {
    count_blocks(x->data, width_of(dtype), shape.count, kernels, workers, offsets->data());
    return write_counted();
  }
  std::size_t write_counted() const {
    const std::size_t width = width_of(dtype);
    const std::uint64_t nonzeros = offsets->back();
    const Encoding encoding = smaller_encoding(width, shape, nonzeros);
    if (encoding == Encoding::bitmap) {
      write_bitmap(x->data, dtype, shape, offsets->data(), kernels, workers, blob->data);
      return static_cast<std::size_t>(layout_of(encoding, width, shape, nonzeros).total);
    }
    write_dense(x->data, dtype, shape, kernels, workers, blob->data);
    return static_cast<std::size_t>(layout_of(encoding, width, shape, shape.count).total);
  }
};

Packing packing(const Case& what, const Kernels& kernels, const Workers& workers) {
  const Shape shape = shape_of(what);
  const std::uint64_t room = what.bytes + what.bytes / 4 + 8 * blocks_of(shape.count) + 4096;
  return {
      tensor(what), buffer(room),   std::make_shared<std::vector<std::uint64_t>>(blocks_of(shape.count) + 1),
      shape,        dtype_of(what), kernels,
      workers};
}

template <class Share>
void for_each_task(std::uint64_t count, const Workers& workers, Share share) {
  for_each(workers, static_cast<std::size_t>(tasks_of(count)), [=](std::size_t task) {
    const std::uint64_t begin = task * kTask, left = count - begin;
    share(begin, static_cast<std::size_t>(left < kTask ? left : kTask));
  });
}

}  // namespace

Deed prepare_pack(const Case& what, const Kernels& kernels, const Workers& workers) {
  return [p = packing(what, kernels, workers)] { p.write(); };
}

Deed prepare_relu_pack(const Case& what, const Kernels& kernels, const Workers& workers) {
  const Packing p = packing(what, kernels, workers);
  return [p, bits = buffer(what.bytes / 32)] {
    auto* x = reinterpret_cast<float*>(p.x->data);
    relu_blocks(x, p.shape.count, p.kernels, p.workers, x, bits->data, p.offsets->data());
    p.write_counted();
  };
}

Deed prepare_relu_then_pack(const Case& what, const Kernels& kernels, const Workers& workers) {
  const Packing p = packing(what, kernels, workers);
  return [p, bits = buffer(what.bytes / 32)] {
    auto* x = reinterpret_cast<float*>(p.x->data);
    for_each_task(p.shape.count, p.workers, [&](std::uint64_t begin, std::size_t n) {
      p.kernels.batch_norm.recompute(x + begin, n, kIdentity, kRelu, x + begin);
    });
    for_each_task(p.shape.count, p.workers, [&](std::uint64_t begin, std::size_t n) {
      p.kernels.floating<float>().positive(x + begin, n, bits->data + begin / 8);
    });
    p.write();
  };
}

Deed prepare_unpack(const Case& what, const Kernels& kernels, const Workers& workers) {
  const Packing p = packing(what, kernels, workers);
  const std::size_t size = p.write();
  return [blob = p.blob, size, out = buffer(what.bytes), &kernels, workers] {
    Held held;
    if (read_header(blob->data, size, held) || validate(held, kernels, workers)) std::abort();
    restore_all(held, kernels, workers, out->data);
  };
}

}  // namespace bitgraph::bench
