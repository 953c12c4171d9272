// The gradient of layer normalization in plain C++: one element, and sums.
#pragma once

#include <cstddef>

#include "bitgraph/layer_norm.h"
#include "masked.h"

namespace bitgraph {

inline float normalized(float x, const NormRow& row) { return (x - row.mean) * row.inv_std; }

inline float scaled(float dy, float scale, const NormRow& row) { return dy * scale * row.inv_std; }

inline float input_gradient(float own, float normal, float mean_own, float mean_product) {
  return own - mean_own - normal * mean_product;
}

template <RowPlace place>
void add_to(const ColumnSums& sums, std::size_t column, float term) {
  float &total = sums.total[column], &pair = sums.pair[column], &third = sums.third[column];
  if constexpr (place == RowPlace::first) total = term;
  if constexpr (place == RowPlace::single) total += term;
  if constexpr (place == RowPlace::first_of_four) pair = term;
  if constexpr (place == RowPlace::second_of_four) pair += term;
  if constexpr (place == RowPlace::third_of_four) third = term;
  if constexpr (place == RowPlace::last_of_four) total += pair + (third + term);
}

// Columns [begin, end).
template <RowPlace place>
void add_columns(const NormRow& row, std::size_t begin, std::size_t end, const ColumnSums& dscale,
                 const ColumnSums& dbias) {
  for (std::size_t i = begin; i < end; ++i) {
    add_to<place>(dscale, i, row.dy[i] * normalized(row.x[i], row));
    add_to<place>(dbias, i, row.dy[i]);
  }
}

// Columns from `begin`: those that are added in fours, and the last ones.
template <RowPlace place>
void add_columns_from(const NormRow& row, std::size_t begin, const ColumnSums& dscale,
                      const ColumnSums& dbias) {
  constexpr RowPlace kLast = place == RowPlace::first ? place : RowPlace::single;
  const std::size_t packets = row.width - row.width % 4;
  add_columns<place>(row, begin, packets, dscale, dbias);
  add_columns<kLast>(row, packets, row.width, dscale, dbias);
}

template <RowPlace place>
struct PlaceConstant {
  static constexpr RowPlace value = place;
};
template <class Deed>
void with_place(RowPlace place, Deed deed) {
  switch (place) {
    case RowPlace::first:
      return deed(PlaceConstant<RowPlace::first>{});
    case RowPlace::single:
      return deed(PlaceConstant<RowPlace::single>{});
    case RowPlace::first_of_four:
      return deed(PlaceConstant<RowPlace::first_of_four>{});
    case RowPlace::second_of_four:
      return deed(PlaceConstant<RowPlace::second_of_four>{});
    case RowPlace::third_of_four:
      return deed(PlaceConstant<RowPlace::third_of_four>{});
    case RowPlace::last_of_four:
      return deed(PlaceConstant<RowPlace::last_of_four>{});
  }
}

}  // namespace bitgraph
