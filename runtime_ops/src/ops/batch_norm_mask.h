// The activation behind a batch normalization, and its gradient, worked out of the normalization's input.
#pragma once

#include "ops/stock_batch_norm.h"

namespace bitgraph {

// The attribute `name`: "none", "relu" or "clip", then also low and high.
Problem read_activation(const Attributes& attributes, const char* name, Activation& activation);

// y = the normalized X with the activation behind it. y may be X only where the formula is the runtime's.
Problem recompute(const Context& context, const StockBatchNorm& stock, Activation activation,
                  const BatchNormInputs& inputs, float* y);

// dx = dy masked; dx may be dy. Where the formula is not the runtime's, the values come from the runtime's
// own normalization of X, into scratch memory.
Problem mask_gradient(const Context& context, const StockBatchNorm& stock, Activation activation,
                      const float* dy, const BatchNormInputs& inputs, float* dx);

}  // namespace bitgraph
