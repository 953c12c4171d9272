// IndexPack(Y, indices) -> (Y, held): held is one byte for each pooled element, the maximum's cell in its
// window.
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/pool_attributes.h"

namespace bitgraph {

namespace {

struct IndexPack {
  static constexpr OpTraits kTraits = {
      "IndexPack",   2, {{Dtype::undefined}, {Dtype::int64}}, 2, {{Dtype::undefined}, {Dtype::uint8}},
      Sharing::alias};

  Pool pool;

  Problem create(const Attributes& attributes) { return read_pool(attributes, pool); }

  Problem compute(const Context& context) const {
    Tensor y, indices;
    if (Problem problem = context.input(0, y)) return problem;
    if (Problem problem = context.input(1, indices)) return problem;
    if (Problem problem = check_same_dims("Y", y.shape, "indices", indices.shape)) return problem;
    Pool fitted = pool;
    if (Problem problem = fit_pool(y.shape, fitted)) return problem;
    if (Problem problem = context.pass_on(0, y)) return problem;

    const Layout layout = layout_of(Encoding::index, width_of(y.dtype), y.shape, y.shape.count);
    std::uint8_t* blob = nullptr;
    if (Problem problem = context.output_blob(1, layout.total, blob)) return problem;
    write_header(Encoding::index, y.dtype, y.shape, y.shape.count, blob);
    return encode_indices(fitted, indices.as<std::int64_t>(), context.workers(), blob + layout.values);
  }
};

}  // namespace

const ort::CustomOp* index_pack_op() {
  static const CustomOpOf<IndexPack> op;
  return &op;
}

}  // namespace bitgraph
