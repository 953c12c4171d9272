// MulInPlace(X, factor) -> Y: X * factor, the factor spread over X as Mul spreads it; Y has X's shape and may
// be written over X.
#include <algorithm>

#include "elements.h"
#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

constexpr std::uint64_t kPiece = std::uint64_t{1} << 16;  // Elements that one task writes, about.

// X as rows of one length, each with one stretch of the factor: as long as the row, or a single number.
struct Rows {
  std::size_t rank = 0;             // Of what stands outside of a row.
  std::uint64_t dims[kMaxRank];     // Outermost first.
  std::uint64_t strides[kMaxRank];  // What a step along a dim moves in the factor: 0 where it is spread.
  std::uint64_t length = 1;
  bool number = true;

  std::uint64_t factor_of(std::uint64_t row) const {
    std::uint64_t place = 0;
    for (std::size_t i = rank; i-- > 0; row /= dims[i]) place += row % dims[i] * strides[i];
    return place;
  }
};

// False when the factor cannot be spread over X. X has elements.
bool read_rows(const Shape& x, const Shape& factor, Rows& rows) {
  if (factor.rank > x.rank) return false;
  std::uint64_t stride = 1;
  bool inside = true;
  for (std::size_t i = 0; i < x.rank; ++i) {
    const std::uint64_t dim = x.dims[x.rank - 1 - i];
    const std::uint64_t step = i < factor.rank ? factor.dims[factor.rank - 1 - i] : 1;
    if (step != 1 && step != dim) return false;
    if (dim == 1) continue;
    const bool number = step == 1;
    if (rows.length == 1) rows.number = number;
    inside = inside && number == rows.number;
    if (inside) {
      rows.length *= dim;
    } else {
      rows.dims[rows.rank] = dim;
      rows.strides[rows.rank++] = number ? 0 : stride;
    }
    stride *= step;
  }
  std::reverse(rows.dims, rows.dims + rows.rank);
  std::reverse(rows.strides, rows.strides + rows.rank);
  return true;
}

struct MulInPlace {
  static constexpr OpTraits kTraits = {
      "MulInPlace", 2, {{Dtype::float32}, {Dtype::float32}}, 1, {{Dtype::float32}}, Sharing::in_place};

  Problem create(const Attributes&) { return {}; }

  Problem compute(const Context& context) const {
    Tensor x, factor;
    if (Problem problem = context.input(0, x)) return problem;
    if (Problem problem = context.input(1, factor)) return problem;
    void* data = nullptr;
    if (Problem problem = context.output(0, x.shape, data)) return problem;
    if (x.shape.count == 0) return {};
    Rows rows;
    if (!read_rows(x.shape, factor.shape, rows)) {
      return Problem::say("a factor of %llu elements cannot be spread over X, which has %llu",
                          static_cast<unsigned long long>(factor.shape.count),
                          static_cast<unsigned long long>(x.shape.count));
    }
    const std::uint64_t count = x.shape.count / rows.length;
    const std::uint64_t together = std::max<std::uint64_t>(1, kPiece / rows.length);
    const std::uint64_t tasks = (count + together - 1) / together;
    for_each(context.workers(), static_cast<std::size_t>(tasks), [&](std::size_t task) {
      const std::uint64_t begin = task * together, end = std::min(count, begin + together);
      for (std::uint64_t row = begin; row < end; ++row) {
        const std::uint64_t place = row * rows.length;
        const float* from = x.as<float>() + place;
        const float* by = factor.as<float>() + rows.factor_of(row);
        float* to = static_cast<float*>(data) + place;
        const auto length = static_cast<std::size_t>(rows.length);
        if (rows.number) {
          multiply(from, *by, length, to);
        } else {
          multiply(from, by, length, to);
        }
      }
    });
    return {};
  }
};

}  // namespace

const ort::CustomOp* mul_in_place_op() {
  static const CustomOpOf<MulInPlace> op;
  return &op;
}

}  // namespace bitgraph
