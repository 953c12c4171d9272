// The results as a table, or as one JSON object a line, in the place of Google Benchmark's own output.
#pragma once

#include <benchmark/benchmark.h>

#include <vector>

#include "row.h"

namespace bitgraph::bench {

class Reporter : public benchmark::BenchmarkReporter {
 public:
  // `current` is filled by each benchmark that runs.
  Reporter(const Row& current, bool json) : current_(current), json_(json) {}

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;

 private:
  const Row& current_;
  const bool json_;
  std::vector<Row> printed_;
};

}  // namespace bitgraph::bench
