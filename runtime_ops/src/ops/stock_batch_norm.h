// The runtime's own batch normalization in training mode: what our formula is checked against, once, and what
// is run again where the formula does not hold.
#pragma once

#include "ops/batch_norm_inputs.h"
#include "ops/invoke.h"

namespace bitgraph {

class StockBatchNorm {
 public:
  // Reads the attribute epsilon.
  Problem create(const Attributes& attributes);

  // Whether the formula gives the runtime's bits.
  Problem formula_holds(const Context& context, bool& holds) const;

  // y = the output before any activation, worked out of X, scale and bias alone.
  Problem run(const Context& context, const BatchNormInputs& inputs, float* y) const;

 private:
  Problem check(const Context& context, bool& holds) const;

  BuiltIn op_;
};

}  // namespace bitgraph
