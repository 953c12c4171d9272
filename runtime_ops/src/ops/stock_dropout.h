// The runtime's own Dropout and its gradient: what our kernels are checked against, once; who alone knows the
// seed of a tensor; and what runs where the two differ.
#pragma once

#include "ops/invoke.h"

namespace bitgraph {

class StockDropout {
 public:
  // The ratio is in (0, 1). A node with a seed has a random engine of its own, others share one.
  Problem create(const Attributes& attributes);
  float ratio() const { return ratio_; }
  bool is_seeded() const { return is_seeded_; }

  // Whether our numbers and our product are the runtime's.
  Problem kernels_hold(const Context& context, bool& holds) const;

  // Takes the next seed. y may be x.
  Problem run(const Context& context, const float* x, std::size_t n, float* y, bool* kept) const;
  // dx may be dy.
  Problem run_gradient(const Context& context, const float* dy, const bool* kept, std::size_t n,
                       float* dx) const;

 private:
  Problem run_op(const Context& context, const BuiltIn& op, const float* x, std::size_t n, float* y,
                 bool* kept) const;
  Problem check(const Context& context, bool& holds) const;

  float ratio_ = 0.0f;
  bool is_seeded_ = false;
  BuiltIn op_, trial_, gradient_;
};

// By our kernel: y = x * (bit ? 1 : 0) / (1 - ratio). y may be x.
void drop(const Context& context, const float* x, const std::uint8_t* bits, std::uint64_t count, float ratio,
          float* y);

}  // namespace bitgraph
