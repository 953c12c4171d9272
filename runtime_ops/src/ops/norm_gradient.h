// The gradient of batch normalization and of the activation behind it: ours, or where its bits are not the
// runtime's, the runtime's own.
#pragma once

#include "bitgraph/batch_norm_grad.h"
#include "ops/batch_norm_mask.h"
#include "ops/stock_batch_norm_grad.h"

namespace bitgraph {

class NormGradient {
 public:
  // Reads epsilon, activation and with "clip" low and high.
  Problem create(const Attributes& attributes);
  bool needs_bias() const { return activation_.mask != Mask::none; }

  // Whether our kernel gives the runtime's bits.
  Problem kernel_holds(const Context& context, bool& holds) const;

  // dx may be dy.
  Problem run(const Context& context, const float* dy, const BatchNormInputs& inputs, float* dx,
              float* dscale, float* dbias) const;

  // For our kernel.
  BatchNormGradient arguments(const float* dy, const BatchNormInputs& inputs, float* dx, float* dscale,
                              float* dbias) const;

 private:
  Activation activation_;
  StockBatchNorm stock_;
  StockBatchNormGrad stock_grad_;
};

}  // namespace bitgraph
