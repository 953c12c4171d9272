// Whether a program makes sense, and what is known of it before it runs.
#pragma once

#include "stream/operators.h"

namespace bitgraph::stream {

struct Facts {
  const Operator* operators[kMaxNodes] = {};
  std::size_t last_reader[kMaxValues] = {};  // A node; a value that nobody reads has its maker.
  // The node of two phases, if any, and what has to be computed again for its second one.
  std::size_t reducer = kNone;
  bool feeds_reducer[kMaxNodes] = {};
};

// Sets the kinds of the values that nodes make. Refused are, beside unknown operators and wrong arguments:
// sums that are not an output, or are read; a second node of two phases, or one whose dX is read; and a
// program that reads input 0 after output 0 is written, as both may have one buffer.
Problem check(Program& program, Facts& facts);

}  // namespace bitgraph::stream
