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

}  // namespace

// Planes are apart, so they are shared among workers without changing the order of any sum. The place of a
// window without a maximum is in an earlier plane: with such a window everything is done in order.
template <class T>
void scatter_codes(const Pool& pool, const T* dy, const std::uint8_t* codes, bool any_without,
                   const Workers& workers, T* dx) {
  const std::int64_t from_size = pool.output_size(), to_size = pool.input_size();
  const auto bytes = static_cast<std::size_t>(to_size) * sizeof(T);
  if (any_without) std::memset(dx, 0, static_cast<std::size_t>(pool.planes) * bytes);
  for_each_plane(pool, any_without ? Workers{} : workers, [=, &pool](std::uint64_t plane) {
    const std::int64_t begin = static_cast<std::int64_t>(plane) * from_size;
    const std::int64_t first = static_cast<std::int64_t>(plane) * to_size;
    if (!any_without) std::memset(dx + first, 0, bytes);
    for_each_window(pool, [=, &pool](std::int64_t i, const Corner& corner) {
      const std::uint8_t code = codes[begin + i];
      const std::int64_t at = first + (code == kNoCell ? pool.no_place : place(pool, corner, code));
      if (at >= 0) add(dx[at], dy[begin + i]);
    });
  });
}

template void scatter_codes(const Pool&, const float*, const std::uint8_t*, bool, const Workers&, float*);
template void scatter_codes(const Pool&, const double*, const std::uint8_t*, bool, const Workers&, double*);

}  // namespace bitgraph
