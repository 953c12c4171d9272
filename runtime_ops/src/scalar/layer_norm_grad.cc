#include "norm_row.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

void add_row(const NormRow& row, RowPlace place, const ColumnSums& dscale, const ColumnSums& dbias) {
  with_place(place, [&](auto at) { add_columns_from<decltype(at)::value>(row, 0, dscale, dbias); });
}

void row_grad(const NormRow& row, const float* scale, std::size_t head, float* dx) {
  const auto own = [&](std::size_t i) { return scaled(row.dy[i], scale[i], row); };
  const auto product = [&](std::size_t i) { return own(i) * normalized(row.x[i], row); };
  const auto size = static_cast<float>(row.width);
  const float mean_own = sum_of(row.width, head, own) / size;
  const float mean_product = sum_of(row.width, head, product) / size;
  for (std::size_t i = 0; i < row.width; ++i) {
    dx[i] = input_gradient(own(i), normalized(row.x[i], row), mean_own, mean_product);
  }
}

}  // namespace bitgraph::scalar
