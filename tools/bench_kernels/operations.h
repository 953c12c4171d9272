// What is measured: one operation on one tensor, and the bytes of that tensor.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bitgraph/kernels.h"
#include "bitgraph/workers.h"

namespace bitgraph::bench {

struct Case {
  std::string op;
  std::string dtype;        // As ONNX names it.
  double zeros = 0;         // A fraction.
  std::uint64_t bytes = 0;  // Of the dense tensor.
};

using Deed = std::function<void()>;

struct Operation {
  const char* name;
  // Makes the tensors of a case and returns what is timed.
  Deed (*prepare)(const Case&, const Kernels&, const Workers&);
  struct Series {
    const char* dtype;
    std::vector<double> zeros;
  };
  std::vector<Series> series;
  bool portable = false;  // Has one form for every instruction set, and no threads: measured once.
};

// All of them, in the order of the table.
const std::vector<Operation>& operations();

}  // namespace bitgraph::bench
