// The results as a table, or as one JSON object a line.
#pragma once

#include <benchmark/benchmark.h>

#include <string>

namespace bitgraph::bench {

struct Row {
  std::string op, isa, dtype;
  double zeros = 0, mib = 0;
  int threads = 1;
  double gb_s = 0, memcpy_gb_s = 0;
};

// Rows are filled by the benchmarks and printed as each is done.
void print_row(const Row& row, bool json);
void print_heading(bool json);

// Google Benchmark's own output is replaced by the rows.
class Silent : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

}  // namespace bitgraph::bench
