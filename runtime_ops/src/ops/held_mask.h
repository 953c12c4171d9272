// A held form that is a mask, for the operators that apply one.
#pragma once

#include "bitgraph/held.h"
#include "bitgraph/problem.h"

namespace bitgraph {

// Whether the blob holds a bit for each element of a gradient.
inline Problem check_mask(const Held& held, const Shape& dy) {
  if (held.encoding != Encoding::bits) {
    return Problem::say("held blob has encoding %u, a mask has encoding %u",
                        static_cast<unsigned>(held.encoding), static_cast<unsigned>(Encoding::bits));
  }
  if (held.shape.count != dy.count) {
    return Problem::say("the mask has %llu elements, dY has %llu",
                        static_cast<unsigned long long>(held.shape.count),
                        static_cast<unsigned long long>(dy.count));
  }
  return {};
}

}  // namespace bitgraph
