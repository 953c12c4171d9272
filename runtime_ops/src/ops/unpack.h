// What the two Unpack operators share: the whole tensor out of a held form.
#pragma once

#include <initializer_list>

#include "ops/context.h"

namespace bitgraph {

// Output 0 is the tensor of that type which input 0 holds as one of those encodings.
inline Problem unpack(const Context& context, Dtype dtype, std::initializer_list<Encoding> encodings) {
  Held held;
  if (Problem problem = context.held_input(0, dtype, held)) return problem;
  bool known = false;
  for (const Encoding encoding : encodings) known = known || held.encoding == encoding;
  if (!known) {
    return Problem::say("held blob has encoding %u, which is not a tensor but encoding %u is",
                        static_cast<unsigned>(held.encoding), static_cast<unsigned>(*encodings.begin()));
  }
  void* x = nullptr;
  if (Problem problem = context.output(0, held.shape, x)) return problem;
  restore_all(held, active_kernels(), context.workers(), x);
  return {};
}

}  // namespace bitgraph
