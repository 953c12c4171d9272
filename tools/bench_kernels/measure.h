// Times one case beside memcpy of the same dense tensor.
#pragma once

#include <benchmark/benchmark.h>

#include "operations.h"
#include "row.h"

namespace bitgraph::bench {

// The two take turns, so that each finds the caches as the other leaves them, and their medians are compared.
// Fills the speeds of `row`.
void measure(benchmark::State& state, const Operation& operation, const Case& what, const Kernels& kernels,
             Row& row);

}  // namespace bitgraph::bench
