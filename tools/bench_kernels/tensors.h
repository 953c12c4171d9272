// The tensors that are measured, and the memory they lie in.
#pragma once

#include <cstdint>
#include <memory>

#include "bitgraph/dtypes.h"
#include "bitgraph/shape.h"
#include "operations.h"

namespace bitgraph::bench {

// Memory that starts a page, as a large allocation does, and that has been written to, so that no first touch
// of a page is timed.
struct Pages {
  explicit Pages(std::uint64_t bytes);
  ~Pages();
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  std::uint8_t* const data;
};

using Buffer = std::shared_ptr<Pages>;
Buffer buffer(std::uint64_t bytes);

Dtype dtype_of(const Case& what);
Shape shape_of(const Case& what);  // One axis.

// Positive numbers and zeros in random places; bool: 0 and 1. Always the same ones.
Buffer tensor(const Case& what);

}  // namespace bitgraph::bench
