// The input is a pool and its held codes. They are refused, or gradients are added where the codes say, which
// is nowhere outside dx.
#include "bitgraph/pool.h"
#include "pool_input.h"

namespace bitgraph::fuzz {

namespace {

template <class T>
void check_scattered(const Pool& pool, const Exact<std::uint8_t>& codes, bool any_without,
                     std::size_t inputs) {
  Exact<T> dy(codes.size()), dx(inputs);
  T added = 0, found = 0;
  for (std::size_t i = 0; i < dy.size(); ++i) added += dy[i] = static_cast<T>(1 + i % 3);
  for (std::size_t i = 0; i < dx.size(); ++i) dx[i] = -1;
  scatter_codes(pool, dy.data(), codes.data(), any_without, {}, dx.data());
  for (std::size_t i = 0; i < dx.size(); ++i) found += dx[i];
  // Small integers: their sums are exact in any order.
  require(any_without ? found <= added : found == added, "every gradient is somewhere in dx");
}

}  // namespace

}  // namespace bitgraph::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bitgraph;
  fuzz::PoolInput input(data, size);
  Pool pool;
  if (!input.read(pool)) return 0;
  fuzz::Exact<std::uint8_t> codes(input.outputs());
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = input.byte();
  bool any_without = false;
  if (check_codes(pool, codes.data(), {}, any_without)) return 0;
  fuzz::check_scattered<float>(pool, codes, any_without, input.inputs(pool));
  fuzz::check_scattered<double>(pool, codes, any_without, input.inputs(pool));
  return 0;
}
