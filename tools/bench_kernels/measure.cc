#include "measure.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ctime>

#include "lent_pool.h"
#include "tensors.h"

namespace bitgraph::bench {

namespace {

// What one reading of the clock covers at least; smaller tensors are done so often, and stay in the caches.
constexpr std::uint64_t kTimedBytes = std::uint64_t{8} << 20;
constexpr std::size_t kWarmUps = 2;

// One thread is timed by the processor's time, which does not count what other programs run in between.
double now(int threads) {
  if (threads == 1) return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double seconds(const Deed& deed, int repeats, int threads) {
  const double begin = now(threads);
  for (int i = 0; i < repeats; ++i) deed();
  return now(threads) - begin;
}

double median(std::vector<double>& times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

// memcpy of each thread's share.
Deed prepare_memcpy(std::uint64_t bytes, std::uint64_t threads, const Workers& workers) {
  return [from = buffer(bytes), to = buffer(bytes), bytes, threads, workers] {
    for_each(workers, static_cast<std::size_t>(threads), [&](std::size_t i) {
      const std::uint64_t begin = bytes * i / threads, end = bytes * (i + 1) / threads;
      std::memcpy(to->data + begin, from->data + begin, static_cast<std::size_t>(end - begin));
    });
  };
}

}  // namespace

void measure(benchmark::State& state, const Operation& operation, const Case& what, const Kernels& kernels,
             Row& row) {
  LentPool pool(static_cast<std::size_t>(row.threads));
  const Deed deed = operation.prepare(what, kernels, pool.workers());
  const Deed copy = prepare_memcpy(what.bytes, static_cast<std::uint64_t>(row.threads), pool.workers());
  const int repeats = static_cast<int>(std::max<std::uint64_t>(1, kTimedBytes / what.bytes));
  for (std::size_t i = 0; i < kWarmUps; ++i) {
    copy();
    deed();
  }
  std::vector<double> times, copies;
  for (auto _ : state) {
    copies.push_back(seconds(copy, repeats, row.threads));
    times.push_back(seconds(deed, repeats, row.threads));
    state.SetIterationTime(times.back());
  }
  const double gigabytes = static_cast<double>(what.bytes) * repeats / 1e9;
  row.gb_s = gigabytes / median(times);
  row.memcpy_gb_s = gigabytes / median(copies);
}

}  // namespace bitgraph::bench
