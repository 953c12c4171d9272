#include "reporter.h"

#include <cstdio>

namespace bitgraph::bench {

void print_heading(bool json) {
  if (json) return;
  std::printf("%-12s %-7s %-8s %6s %9s %7s %8s %8s %6s\n", "op", "isa", "dtype", "zeros", "MiB", "threads",
              "GB/s", "memcpy", "ratio");
}

void print_row(const Row& r, bool json) {
  const double ratio = r.memcpy_gb_s > 0 ? r.gb_s / r.memcpy_gb_s : 0;
  if (json) {
    std::printf(
        "{\"op\": \"%s\", \"isa\": \"%s\", \"dtype\": \"%s\", \"zeros\": %.2f, \"mib\": %g, \"threads\": %d, "
        "\"gb_s\": %.3f, \"memcpy_gb_s\": %.3f, \"ratio\": %.3f}\n",
        r.op.c_str(), r.isa.c_str(), r.dtype.c_str(), r.zeros, r.mib, r.threads, r.gb_s, r.memcpy_gb_s,
        ratio);
  } else {
    std::printf("%-12s %-7s %-8s %6.2f %9g %7d %8.2f %8.2f %6.2f\n", r.op.c_str(), r.isa.c_str(),
                r.dtype.c_str(), r.zeros, r.mib, r.threads, r.gb_s, r.memcpy_gb_s, ratio);
  }
  std::fflush(stdout);
}

}  // namespace bitgraph::bench
