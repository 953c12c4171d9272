// A pool of waiting threads, in the place of ONNX Runtime's.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include "bitgraph/workers.h"

namespace bitgraph::bench {

class LentPool {
 public:
  explicit LentPool(std::size_t threads);  // The caller is one of them.
  ~LentPool();
  LentPool(const LentPool&) = delete;
  LentPool& operator=(const LentPool&) = delete;

  Workers workers();

 private:
  using Task = void (*)(void*, std::size_t);
  static void run(void* self, Task task, std::size_t total, void* arg);
  void loop();
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::thread> threads_;
  Task task_ = nullptr;
  void* arg_ = nullptr;
  std::size_t total_ = 0, next_ = 0, busy_ = 0, round_ = 0;
  bool stop_ = false;
};

}  // namespace bitgraph::bench
