// BitmapUnpack(held) -> X: rows of what BitmapPack or CodedPack took.
#include "bitgraph/held.h"
#include "stream/operators.h"

namespace bitgraph::stream {

namespace {

struct Unpack : Runner {
  Problem create(const Attributes&, std::size_t, std::size_t) override { return {}; }

  Problem shapes(const Shape* const* in, Shape* out) const override {
    out[0] = *in[0];
    return {};
  }

  Problem run(const Chunk& chunk) const override {
    const std::uint64_t row = chunk.held->shape.count / chunk.batch;
    restore_shared(*chunk.held, active_kernels(), chunk.context.workers(), chunk.begin * row, chunk.end * row,
                   memory_of(chunk.out[0]));
    return {};
  }
};

}  // namespace

std::unique_ptr<Runner> make_bitmap_unpack() { return made<Unpack>(); }

}  // namespace bitgraph::stream
