#include "reporter.h"

#include <cstdio>

#include "targets.h"

namespace bitgraph::bench {

namespace {

void print_json(const Row& r) {
  std::printf(
      "{\"op\": \"%s\", \"isa\": \"%s\", \"dtype\": \"%s\", \"zeros\": %.2f, \"mib\": %g, \"threads\": %d, "
      "\"gb_s\": %.3f, \"memcpy_gb_s\": %.3f, \"ratio\": %.3f}\n",
      r.op.c_str(), r.isa.c_str(), r.dtype.c_str(), r.zeros, r.mib, r.threads, r.gb_s, r.memcpy_gb_s,
      r.ratio());
}

void print_text(const Row& r, const Verdict& verdict) {
  std::printf("%-15s %-6s %-7s %5.2f %5g %7d %7.2f %7.2f %6.2f  %-27s %s\n", r.op.c_str(), r.isa.c_str(),
              r.dtype.c_str(), r.zeros, r.mib, r.threads, r.gb_s, r.memcpy_gb_s, r.ratio(),
              verdict.target.c_str(), verdict.outcome.c_str());
}

}  // namespace

bool Reporter::ReportContext(const Context&) {
  if (!json_) {
    std::printf("%-15s %-6s %-7s %5s %5s %7s %7s %7s %6s  %s\n", "op", "isa", "dtype", "zeros", "MiB",
                "threads", "GB/s", "memcpy", "ratio", "target");
  }
  return true;
}

void Reporter::ReportRuns(const std::vector<Run>&) {
  json_ ? print_json(current_) : print_text(current_, judge(current_, printed_));
  std::fflush(stdout);
  printed_.push_back(current_);
}

}  // namespace bitgraph::bench
