// What is measured: one deed on one tensor, and the bytes of that tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bitgraph/held.h"

namespace bitgraph::bench {

struct Case {
  std::string op;     // pack, unpack, mask, mask_grad, bits, bits_unpack, index, pool_grad,
                      // bn_recompute, bn_grad
  std::string dtype;  // as ONNX names it
  double zeros = 0;
  std::uint64_t bytes = 0;  // Of the dense tensor.
};

// Makes the tensors of a case and returns the deed to time.
std::function<void()> prepare(const Case& what, const Kernels& kernels, const Workers& workers);

// The cases of the table, for one size.
std::vector<Case> cases_for(std::uint64_t bytes);

// Memory that starts a page, as a large allocation does.
std::uint8_t* new_pages(std::uint64_t bytes);

}  // namespace bitgraph::bench
