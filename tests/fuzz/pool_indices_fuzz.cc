// The input is a pool and the indices that its forward pass gave. They are refused, or their codes are valid
// and mean these indices again.
#include <limits>

#include "pool/positions.h"
#include "pool_input.h"

namespace bitgraph::fuzz {

namespace {

using Small = std::numeric_limits<std::int16_t>;
using Large = std::numeric_limits<std::int64_t>;

// Two bytes an index, of which the extremes stand for those of 64 bits.
Exact<std::int64_t> read_indices(PoolInput& input) {
  Exact<std::int64_t> indices(input.outputs());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const unsigned low = input.byte(), high = input.byte();
    const auto index = static_cast<std::int16_t>(high << 8 | low);
    indices[i] = index == Small::min() ? Large::min() : index == Small::max() ? Large::max() : index;
  }
  return indices;
}

std::int64_t index_of(const Pool& pool, std::int64_t i, std::uint8_t code) {
  const std::int64_t plane = i / pool.output_size(), first = plane * pool.input_size();
  if (code == kNoCell) return first + pool.no_place;
  Corner corner{};
  std::int64_t rest = i % pool.output_size();
  for (std::size_t axis = kPoolAxes; axis-- > 0; rest /= pool.output[axis]) {
    corner.at[axis] = rest % pool.output[axis] * pool.stride[axis] - pool.pad[axis];
  }
  return first + place_of(pool, corner, code);
}

}  // namespace

}  // namespace bitgraph::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bitgraph;
  fuzz::PoolInput input(data, size);
  Pool pool;
  if (!input.read(pool)) return 0;
  const fuzz::Exact<std::int64_t> indices = fuzz::read_indices(input);
  fuzz::Exact<std::uint8_t> codes(indices.size());
  if (encode_indices(pool, indices.data(), {}, codes.data())) return 0;
  bool any_without = false;
  fuzz::require(!check_codes(pool, codes.data(), {}, any_without), "what is encoded is valid");
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::int64_t index = fuzz::index_of(pool, static_cast<std::int64_t>(i), codes[i]);
    fuzz::require(index == indices[i], "a code means its index");
  }
  return 0;
}
