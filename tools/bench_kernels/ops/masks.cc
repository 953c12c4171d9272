#include "bitgraph/held.h"
#include "ops/ops.h"
#include "tensors.h"

namespace bitgraph::bench {

namespace {

// Runs deed(begin, n) over a tensor as the operators do.
template <class Deed>
void by_pieces(std::uint64_t count, const Workers& workers, Deed deed) {
  for_each(workers, static_cast<std::size_t>(tasks_of(count)), [=](std::size_t task) {
    const std::uint64_t begin = task * kTask, left = count - begin;
    deed(begin, static_cast<std::size_t>(left < kTask ? left : kTask));
  });
}

Buffer bits_for(const Case& what) { return buffer(shape_of(what).count / 8 + 1); }

void encode(const Case& what, const Buffer& x, const Kernels& kernels, const Workers& workers,
            const Buffer& bits) {
  with_float(dtype_of(what), [&](auto unit) {
    using T = decltype(unit);
    const auto* from = reinterpret_cast<const T*>(x->data);
    by_pieces(shape_of(what).count, workers, [&](std::uint64_t begin, std::size_t n) {
      kernels.floating<T>().positive(from + begin, n, bits->data + begin / 8);
    });
  });
}

}  // namespace

Deed prepare_mask(const Case& what, const Kernels& kernels, const Workers& workers) {
  return [what, x = tensor(what), bits = bits_for(what), &kernels, workers] {
    encode(what, x, kernels, workers, bits);
  };
}

Deed prepare_mask_grad(const Case& what, const Kernels& kernels, const Workers& workers) {
  const Buffer bits = bits_for(what);
  encode(what, tensor(what), kernels, workers, bits);
  return [what, bits, dy = tensor(what), &kernels, workers] {
    with_width(width_of(dtype_of(what)), [&](auto unit) {
      using U = decltype(unit);
      auto* both = reinterpret_cast<U*>(dy->data);
      by_pieces(shape_of(what).count, workers, [&](std::uint64_t begin, std::size_t n) {
        kernels.width<U>().select(both + begin, bits->data + begin / 8, n, both + begin);
      });
    });
  };
}

Deed prepare_bits(const Case& what, const Kernels& kernels, const Workers& workers) {
  return [what, x = tensor(what), bits = bits_for(what), &kernels, workers] {
    by_pieces(what.bytes, workers, [&](std::uint64_t begin, std::size_t n) {
      kernels.pack_bools(x->data + begin, n, bits->data + begin / 8);
    });
  };
}

Deed prepare_bits_unpack(const Case& what, const Kernels& kernels, const Workers& workers) {
  return [what, x = buffer(what.bytes), bits = bits_for(what), &kernels, workers] {
    by_pieces(what.bytes, workers, [&](std::uint64_t begin, std::size_t n) {
      kernels.unpack_bools(bits->data + begin / 8, n, x->data + begin);
    });
  };
}

}  // namespace bitgraph::bench
