// The runtime's own gradient of batch normalization: what our kernel is checked against, once, and what runs
// where the two differ.
#pragma once

#include "ops/batch_norm_inputs.h"
#include "ops/invoke.h"

namespace bitgraph {

class StockBatchNormGrad {
 public:
  void create(const Attributes& attributes, float epsilon);

  // Whether our kernel gives the runtime's bits.
  Problem kernel_holds(const Context& context, bool& holds) const;

  // dx, dscale and dbias of that dy. dx may be dy: where the runtime clears dx before it reads dy, this
  // copies.
  Problem run(const Context& context, const float* dy, const BatchNormInputs& inputs, float* dx,
              float* dscale, float* dbias) const;

 private:
  Problem run_op(const Context& context, const float* dy, const BatchNormInputs& inputs, float* dx,
                 float* dscale, float* dbias) const;
  Problem check_kernel(const Context& context, bool& holds) const;
  Problem check_in_place(const Context& context, bool& holds) const;

  BuiltIn op_;
};

}  // namespace bitgraph
