// A pool's geometry from the first bytes of a fuzz input; the rest are its codes or indices.
#pragma once

#include "bitgraph/pool.h"
#include "bitgraph/shape.h"
#include "fuzz.h"

namespace bitgraph::fuzz {

class PoolInput {
 public:
  PoolInput(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}

  // A pool as a node's attributes and a pooled tensor would give it; false when the library refuses it, or
  // when its tensors are too large to be tried.
  bool read(Pool& pool) {
    const std::uint8_t kind = byte();
    pool.axes = 1 + kind % kPoolAxes;
    pool.column_major = kind >= 128;
    for (std::size_t axis = kPoolAxes - pool.axes; axis < kPoolAxes; ++axis) {
      for (std::int64_t* field : {pool.input, pool.kernel, pool.stride, pool.pad, pool.dilation}) {
        field[axis] = number();
      }
    }
    if (prepare(pool)) return false;
    Shape pooled;
    pooled.rank = 1 + pool.axes;
    pooled.dims[0] = static_cast<std::uint64_t>(number());
    for (std::size_t i = 0; i < pool.axes; ++i) {
      const std::int64_t output = number();
      pooled.dims[1 + i] = static_cast<std::uint64_t>(output);
      pool.output[kPoolAxes - pool.axes + i] = output;
    }
    pool.planes = pooled.dims[0];
    if (!set_count(pooled)) return false;
    outputs_ = static_cast<std::size_t>(pooled.count);
    return pooled.count <= kMost && inputs(pool) <= kMost;
  }

  std::size_t outputs() const { return outputs_; }
  std::size_t inputs(const Pool& pool) const {
    const auto plane = static_cast<std::uint64_t>(pool.input_size());
    return pool.planes > kMost / plane ? kMost + 1 : static_cast<std::size_t>(pool.planes * plane);
  }
  // 0 when nothing is left.
  std::uint8_t byte() { return at_ == end_ ? std::uint8_t{0} : *at_++; }

 private:
  static constexpr std::uint64_t kMost = 1 << 13;

  // A small number mostly; the highest bytes are powers of two up to 2^60, and -1.
  std::int64_t number() {
    constexpr std::uint8_t kPowers = 224;
    const std::uint8_t b = byte();
    if (b == 255) return -1;
    return b < kPowers ? b : std::int64_t{1} << 2 * (b - kPowers);
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::size_t outputs_ = 0;
};

}  // namespace bitgraph::fuzz
