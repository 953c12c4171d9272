// Max pooling with codes: by our own kernel where the runtime's chooses the same cells, else by the runtime's
// own and an encoding of its indices. Whether it does is checked once for each node, on a small tensor with
// the node's own attributes.
#pragma once

#include "ops/invoke.h"
#include "ops/pool_attributes.h"
#include "ops/probe.h"

namespace bitgraph {

class StockMaxPool {
 public:
  Problem create(const Attributes& attributes, const Pool& pool, bool ceil);

  // y, and a code for each of its elements, for a fitted pool.
  Problem run(const Context& context, const Pool& pool, const Argument& x, const Argument& y,
              std::uint8_t* codes) const;

 private:
  Problem check(const Context& context, Pool pool, bool& holds) const;
  // The runtime's, with room for as many indices as y has elements.
  Problem run_stock(const Context& context, const Pool& pool, const Argument& x, const Argument& y,
                    float* room, std::uint8_t* codes) const;

  BuiltIn op_;
  mutable Probe probe_{"max_pool"};
};

}  // namespace bitgraph
