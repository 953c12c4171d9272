// Layer normalization as its gradient sees it: a row of the tensor, and sums down its columns. Float32.
//
// The steps and their order are ONNX Runtime's own, each rounded; no fused multiply-add.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitgraph {

struct NormRow {
  const float *dy, *x;
  std::size_t width;
  float mean, inv_std;
};

// Where a row stands in a sum down the columns. It begins with the first row; then four rows at a time are
// added to each other, (1 + 2) + (3 + 4), before they are added to it; what is left comes row by row. The
// last width % 4 columns take all rows one by one.
enum class RowPlace : std::uint8_t {
  first,
  single,
  first_of_four,
  second_of_four,
  third_of_four,
  last_of_four
};

// As many sums as columns, and what is known of the group of four: 1 + 2, and 3.
struct ColumnSums {
  float *total, *pair, *third;
};

}  // namespace bitgraph
