#include <cstring>

#include "pool/positions.h"

namespace bitgraph {

namespace {

// Which NaN a sum of two gives is the compiler's choice of operands; here the first one stays.
template <class T>
void add(T& place, T dy) {
  const T sum = place + dy;
  place = place != place ? place : sum;
}

template <class T>
void scatter_plane(const Pool& pool, const T* dy, const std::uint8_t* codes, T* dx) {
  const auto border = [=, &pool](std::int64_t i, const Corner& corner) {
    add(dx[place_of(pool, corner, codes[i])], dy[i]);
  };
  for_each_window(pool, border, [=, &pool](const Run& run) {
    T* corner = dx + run.place;
    for (std::int64_t k = 0; k < run.count; ++k, corner += run.step) {
      add(corner[pool.place[codes[run.output + k]]], dy[run.output + k]);
    }
  });
}

// With windows that have no maximum: their place is in an earlier plane, so everything is done in order.
template <class T>
void scatter_in_order(const Pool& pool, const T* dy, const std::uint8_t* codes, T* dx) {
  std::int64_t first = 0, begin = 0;
  const auto one = [&](std::int64_t i, std::int64_t corner) {
    const std::uint8_t code = codes[begin + i];
    const std::int64_t at = first + (code == kNoCell ? pool.no_place : corner + pool.place[code]);
    if (at >= 0) add(dx[at], dy[begin + i]);
  };
  for (std::uint64_t plane = 0; plane < pool.planes; ++plane) {
    for_each_window(
        pool, [&](std::int64_t i, const Corner& corner) { one(i, place_of(pool, corner, 0)); },
        [&](const Run& run) {
          for (std::int64_t k = 0; k < run.count; ++k) one(run.output + k, run.place + k * run.step);
        });
    first += pool.input_size();
    begin += pool.output_size();
  }
}

}  // namespace

// Planes are apart, so they are shared among workers without changing the order of any sum.
template <class T>
void scatter_codes(const Pool& pool, const T* dy, const std::uint8_t* codes, bool any_without,
                   const Workers& workers, T* dx) {
  const auto from_size = static_cast<std::uint64_t>(pool.output_size());
  const auto to_size = static_cast<std::uint64_t>(pool.input_size());
  const auto bytes = static_cast<std::size_t>(to_size) * sizeof(T);
  if (any_without) {
    std::memset(dx, 0, static_cast<std::size_t>(pool.planes) * bytes);
    scatter_in_order(pool, dy, codes, dx);
    return;
  }
  for_each_plane(pool, workers, [=, &pool](std::uint64_t plane) {
    std::memset(dx + plane * to_size, 0, bytes);
    scatter_plane(pool, dy + plane * from_size, codes + plane * from_size, dx + plane * to_size);
  });
}

template void scatter_codes(const Pool&, const float*, const std::uint8_t*, bool, const Workers&, float*);
template void scatter_codes(const Pool&, const double*, const std::uint8_t*, bool, const Workers&, double*);

}  // namespace bitgraph
