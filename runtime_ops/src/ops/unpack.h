// Held forms that are a whole tensor, for the two Unpack operators and for those that restore on the way.
#pragma once

#include <initializer_list>

#include "ops/context.h"

namespace bitgraph {

// What holds the values of a tensor of numbers.
constexpr std::initializer_list<Encoding> kAnyTensor = {Encoding::bitmap, Encoding::dense, Encoding::coded};

// Input i, which holds a tensor of that type as one of those encodings.
inline Problem held_tensor(const Context& context, std::size_t i, Dtype dtype,
                           std::initializer_list<Encoding> encodings, Held& held) {
  if (Problem problem = context.held_input(i, dtype, held)) return problem;
  for (const Encoding encoding : encodings) {
    if (held.encoding == encoding) return {};
  }
  return Problem::say("held blob has encoding %u, which is not a tensor but encoding %u is",
                      static_cast<unsigned>(held.encoding), static_cast<unsigned>(*encodings.begin()));
}

// Output 0 is the tensor that input 0 holds.
inline Problem unpack(const Context& context, Dtype dtype, std::initializer_list<Encoding> encodings) {
  Held held;
  if (Problem problem = held_tensor(context, 0, dtype, encodings, held)) return problem;
  void* x = nullptr;
  if (Problem problem = context.output(0, held.shape, x)) return problem;
  restore_all(held, active_kernels(), context.workers(), x);
  return {};
}

}  // namespace bitgraph
