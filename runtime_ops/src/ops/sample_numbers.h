// Numbers for the small tensors that probes ask the runtime with: the same in each process.
#pragma once

#include <cstdint>

namespace bitgraph {

// A linear congruential generator (the multiplier and increment of Numerical Recipes).
class SampleNumbers {
 public:
  std::uint32_t bits() { return state_ = state_ * 1664525u + 1013904223u; }
  // In [-1, 1).
  float next() { return static_cast<float>(static_cast<std::int32_t>(bits())) / 2147483648.0f; }

 private:
  std::uint32_t state_ = 1;
};

}  // namespace bitgraph
