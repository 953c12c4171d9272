#include "ops/scratch.h"

namespace bitgraph {

Scratch::~Scratch() {
  if (memory_ != nullptr) taken(api_, api_.AllocatorFree(allocator_, memory_));
  if (allocator_ != nullptr) api_.ReleaseAllocator(allocator_);
}

Problem Scratch::take(std::size_t floats, float*& data) {
  ort::MemoryInfo* memory = nullptr;
  if (Problem problem =
          taken(api_, api_.CreateCpuMemoryInfo(ort::kDeviceAllocator, ort::kDefaultMemory, &memory))) {
    return problem;
  }
  Problem problem = taken(api_, api_.KernelContext_GetAllocator(context_, memory, &allocator_));
  api_.ReleaseMemoryInfo(memory);
  if (problem) return problem;
  if (Problem failed = taken(api_, api_.AllocatorAlloc(allocator_, floats * sizeof(float), &memory_))) {
    return failed;
  }
  if (memory_ == nullptr) return Problem::say("no memory for %zu floats", floats);
  data = static_cast<float*>(memory_);
  return {};
}

}  // namespace bitgraph
