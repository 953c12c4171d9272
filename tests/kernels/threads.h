// Workers of two threads, so that ThreadSanitizer sees what a thread pool would do.
#pragma once

#include <atomic>
#include <thread>

#include "bitgraph/workers.h"

namespace bitgraph::test {

inline void run_on_two(void*, void (*task)(void*, std::size_t), std::size_t total, void* arg) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < total; i = next++) task(arg, i);
  };
  std::thread second(work);
  work();
  second.join();
}

inline Workers two_threads() { return {run_on_two, nullptr}; }

}  // namespace bitgraph::test
