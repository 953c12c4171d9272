// Measures each kernel beside memcpy of the same dense tensor.
//
//   bench_kernels [--json] [--benchmark_filter=^pack/avx2/float32]
//
// GB/s are dense bytes a second: what memcpy would copy in that time.
#include <benchmark/benchmark.h>

#include <cstring>

#include "measure.h"
#include "reporter.h"

namespace bitgraph::bench {

namespace {

// The second lies in a core's own caches, and the operators do not share so little among threads.
constexpr std::uint64_t kLarge = std::uint64_t{32} << 20, kSmall = std::uint64_t{256} << 10;

struct Setting {
  std::uint64_t bytes;
  int threads;
};
constexpr Setting kSettings[] = {{kLarge, 1}, {kLarge, 2}, {kSmall, 1}};

std::string name_of(const Row& row) {
  return row.op + "/" + row.isa + "/" + row.dtype +
         "/zeros:" + std::to_string(static_cast<int>(row.zeros * 100)) +
         "/KiB:" + std::to_string(static_cast<int>(row.mib * 1024)) +
         "/threads:" + std::to_string(row.threads);
}

void add(const Operation& operation, const Isa& isa, const Setting& setting, Row& current) {
  const bool scalar = std::strcmp(isa.name, "scalar") == 0;
  for (const Operation::Series& series : operation.series) {
    for (const double zeros : series.zeros) {
      const Case what{operation.name, series.dtype, zeros, setting.bytes};
      const Row row{what.op,         isa.name, what.dtype, zeros, static_cast<double>(what.bytes) / (1 << 20),
                    setting.threads, 0,        0};
      const auto run = [=, &operation, &current, &kernels = *isa.kernels](benchmark::State& state) {
        current = row;
        measure(state, operation, what, kernels, current);
      };
      // What is ten times slower need not be measured as often.
      benchmark::RegisterBenchmark(name_of(row).c_str(), run)->Iterations(scalar ? 9 : 41)->UseManualTime();
    }
  }
}

void add_all(Row& current) {
  const IsaList list = list_isas();
  const Isa& scalar = list.isas[IsaList::kSize - 1];
  bool first = true;
  for (const Isa& isa : list.isas) {
    if (isa.kernels == nullptr) continue;
    for (const Operation& operation : operations()) {
      if (operation.portable) {
        // Once, next to what it is compared with: the best kernels.
        if (first) add(operation, scalar, kSettings[0], current);
        continue;
      }
      for (const Setting& setting : kSettings) {
        if (setting.threads == 1 || &isa != &scalar) add(operation, isa, setting, current);
      }
    }
    first = false;
  }
}

}  // namespace

}  // namespace bitgraph::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const bool json = argc == 2 && std::strcmp(argv[1], "--json") == 0;
  if (!json && benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  bitgraph::bench::Row current;
  bitgraph::bench::add_all(current);
  bitgraph::bench::Reporter reporter(current, json);
  return benchmark::RunSpecifiedBenchmarks(&reporter) > 0 ? 0 : 1;
}
