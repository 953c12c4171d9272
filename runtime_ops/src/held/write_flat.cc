#include "bitgraph/held.h"
#include "scalar/kernels.h"

namespace bitgraph {

void copy_bytes(const void* x, std::uint64_t n, const Kernels& kernels, const Workers& workers, void* out) {
  if (out == x || n == 0) return;
  constexpr std::uint64_t kPiece = 256 * 1024;
  const auto* from = static_cast<const std::uint8_t*>(x);
  auto* to = static_cast<std::uint8_t*>(out);
  const auto copy = n < kStreamed ? scalar::stream : kernels.stream;
  for_each(workers, static_cast<std::size_t>((n + kPiece - 1) / kPiece), [=](std::size_t i) {
    const std::uint64_t begin = i * kPiece, left = n - begin;
    copy(from + begin, static_cast<std::size_t>(left < kPiece ? left : kPiece), to + begin);
  });
}

void write_dense(const void* x, Dtype dtype, const Shape& shape, const Kernels& kernels,
                 const Workers& workers, std::uint8_t* blob) {
  const std::size_t width = width_of(dtype);
  write_header(Encoding::dense, dtype, shape, shape.count, blob);
  const Layout layout = layout_of(Encoding::dense, width, shape, shape.count);
  copy_bytes(x, shape.count * width, kernels, workers, blob + layout.values);
}

}  // namespace bitgraph
