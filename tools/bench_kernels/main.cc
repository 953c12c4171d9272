// Measures each kernel beside memcpy of the same dense tensor: the two alternate, and the medians are
// compared.
//
//   bench_kernels [--json] [--isa=NAME] [--threads=1,2] [--benchmark_filter=pack/float32]
//
// GB/s are dense bytes a second: what memcpy would copy in that time.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>

#include "cases.h"
#include "lent_pool.h"
#include "reporter.h"

namespace bitgraph::bench {

namespace {

using Clock = std::chrono::steady_clock;

double seconds(const std::function<void()>& deed) {
  const auto begin = Clock::now();
  deed();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double>& times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

// memcpy with every thread.
void copy_with_all(const std::uint8_t* from, std::uint64_t bytes, const Workers& workers, std::uint8_t* to) {
  constexpr std::uint64_t kPiece = 256 * 1024;
  for_each(workers, static_cast<std::size_t>((bytes + kPiece - 1) / kPiece), [=](std::size_t i) {
    const std::uint64_t begin = i * kPiece, left = bytes - begin;
    std::memcpy(to + begin, from + begin, static_cast<std::size_t>(left < kPiece ? left : kPiece));
  });
}

// Times deed and memcpy in turn. Small tensors are repeated so that the clock's own cost does not count.
void run_case(benchmark::State& state, const Case& what, const Kernels& kernels, int threads, bool json) {
  LentPool pool(static_cast<std::size_t>(threads));
  const std::function<void()> deed = prepare(what, kernels, pool.workers());
  const std::unique_ptr<std::uint8_t, void (*)(std::uint8_t*)> from(
      new_pages(what.bytes), [](std::uint8_t* p) { ::operator delete(p, std::align_val_t{4096}); });
  const std::unique_ptr<std::uint8_t, void (*)(std::uint8_t*)> to(
      new_pages(what.bytes), [](std::uint8_t* p) { ::operator delete(p, std::align_val_t{4096}); });
  const int repeats = static_cast<int>(std::max<std::uint64_t>(1, (std::uint64_t{2} << 20) / what.bytes));
  const auto repeated = [repeats](const std::function<void()>& once) {
    return [=] {
      for (int i = 0; i < repeats; ++i) once();
    };
  };
  const Workers workers = pool.workers();
  const auto copy = repeated([&] { copy_with_all(from.get(), what.bytes, workers, to.get()); });
  const auto measured = repeated(deed);
  const auto copy_alone = repeated([&] { std::memcpy(to.get(), from.get(), what.bytes); });

  std::vector<double> times, copies;
  for (auto _ : state) {
    copies.push_back(seconds(threads == 1 ? copy_alone : copy));
    times.push_back(seconds(measured));
    state.SetIterationTime(times.back());
  }
  const double bytes = static_cast<double>(what.bytes) * repeats / 1e9;
  print_row({what.op, kernels.isa, what.dtype, what.zeros, static_cast<double>(what.bytes) / (1 << 20),
             threads, bytes / median(times), bytes / median(copies)},
            json);
}

void register_all(const std::string& isa_wanted, const std::vector<int>& threads, bool json) {
  for (const Isa& isa : list_isas().isas) {
    if (isa.kernels == nullptr || (!isa_wanted.empty() && isa_wanted != isa.name)) continue;
    const Kernels& kernels = *isa.kernels;
    for (const int count : threads) {
      for (const std::uint64_t bytes : {std::uint64_t{32} << 20, std::uint64_t{256} << 10}) {
        for (const Case& what : cases_for(bytes)) {
          const std::string name = std::string(isa.name) + "/" + what.op + "/" + what.dtype + "/" +
                                   std::to_string(static_cast<int>(what.zeros * 100)) + "/" +
                                   std::to_string(bytes >> 10) + "/threads:" + std::to_string(count);
          benchmark::RegisterBenchmark(
              name.c_str(),
              [=, &kernels](benchmark::State& state) { run_case(state, what, kernels, count, json); })
              ->Iterations(41)
              ->UseManualTime();
        }
      }
    }
  }
}

}  // namespace

}  // namespace bitgraph::bench

int main(int argc, char** argv) {
  bool json = false;
  std::string isa;
  std::vector<int> threads = {1};
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) json = true;
    if (std::strncmp(argv[i], "--isa=", 6) == 0) isa = argv[i] + 6;
    if (std::strcmp(argv[i], "--threads=1,2") == 0) threads = {1, 2};
    if (std::strcmp(argv[i], "--threads=2") == 0) threads = {2};
  }
  benchmark::Initialize(&argc, argv);
  bitgraph::bench::register_all(isa, threads, json);
  bitgraph::bench::print_heading(json);
  bitgraph::bench::Silent silent;
  benchmark::RunSpecifiedBenchmarks(&silent);
  return 0;
}
