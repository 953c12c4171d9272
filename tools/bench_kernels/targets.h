// What each speed is to be, and whether it is.
#pragma once

#include <string>
#include <vector>

#include "row.h"

namespace bitgraph::bench {

struct Verdict {
  std::string target, outcome;  // Both empty for a row without a target.
};

// `before` holds the rows that were measured earlier in this run.
Verdict judge(const Row& row, const std::vector<Row>& before);

}  // namespace bitgraph::bench
