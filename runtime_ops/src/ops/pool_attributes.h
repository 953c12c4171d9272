// The geometry of a max pool, from a node's attributes and a run's shapes.
#pragma once

#include "bitgraph/pool.h"
#include "ops/attributes.h"
#include "ops/context.h"

namespace bitgraph {

// input_shape, kernel_shape, strides, pads, dilations, storage_order.
Problem read_pool(const Attributes& attributes, Pool& pool);

// Sets the pool's output and planes from a pooled tensor [N, C, ...].
Problem fit_pool(const Shape& pooled, Pool& pool);

// The dims of the input of a fitted pool: [N, C] of the pooled tensor and the pool's input_shape.
Shape input_of(const Pool& pool, const Shape& pooled);

}  // namespace bitgraph
