// Memory for the length of one run, from the runtime's own allocator, so that its accounting sees it.
#pragma once

#include <cstddef>

#include "ops/context.h"

namespace bitgraph {

class Scratch {
 public:
  explicit Scratch(const Context& context) : api_(context.api()), context_(context.raw()) {}
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // Once for each Scratch; the memory is not initialized.
  Problem take(std::size_t floats, float*& data);

 private:
  const ort::Api& api_;
  const ort::KernelContext* context_;
  ort::Allocator* allocator_ = nullptr;
  void* memory_ = nullptr;
};

}  // namespace bitgraph
