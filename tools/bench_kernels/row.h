// One line of the results.
#pragma once

#include <string>

namespace bitgraph::bench {

struct Row {
  std::string op, isa, dtype;
  double zeros = 0, mib = 0;
  int threads = 1;
  double gb_s = 0, memcpy_gb_s = 0;  // Dense bytes a second.

  double ratio() const { return memcpy_gb_s > 0 ? gb_s / memcpy_gb_s : 0; }
};

}  // namespace bitgraph::bench
