// The runtime's own gradient of layer normalization: what our kernel is checked against, once, and what runs
// where the two differ.
#pragma once

#include "ops/invoke.h"

namespace bitgraph {

struct LayerNormInputs {
  Shape shape;  // Of dy, x and dx.
  std::size_t rows = 0, width = 0;
  const float *dy, *x, *scale, *mean, *inv_std;
};

struct LayerNormOutputs {
  float *dx, *dscale, *dbias;  // dx may be dy.
};

class StockLayerNormGrad {
 public:
  void create(const Attributes& attributes);

  // Whether our kernel gives the runtime's bits.
  Problem kernel_holds(const Context& context, bool& holds) const;

  // The runtime sums dy after dx is written, so where they are one this copies.
  Problem run(const Context& context, const LayerNormInputs& inputs, const LayerNormOutputs& outputs) const;

 private:
  Problem run_op(const Context& context, const LayerNormInputs& inputs,
                 const LayerNormOutputs& outputs) const;
  Problem check_kernel(const Context& context, bool& holds) const;

  BuiltIn op_;
};

// By our kernel, on one thread.
Problem differentiate(const Context& context, const LayerNormInputs& inputs, const LayerNormOutputs& outputs);

}  // namespace bitgraph
