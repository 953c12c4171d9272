#include "lent_pool.h"

namespace bitgraph::bench {

LentPool::LentPool(std::size_t threads) {
  for (std::size_t i = 1; i < threads; ++i) threads_.emplace_back([this] { loop(); });
}

LentPool::~LentPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Workers LentPool::workers() {
  if (threads_.empty()) return {};
  return {run, this};
}

void LentPool::work() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (next_ < total_) {
    const std::size_t i = next_++;
    lock.unlock();
    task_(arg_, i);
    lock.lock();
  }
}

void LentPool::loop() {
  std::size_t seen = 0;
  while (true) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [&] { return stop_ || round_ != seen; });
      if (stop_) return;
      seen = round_;
    }
    work();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      --busy_;
    }
    changed_.notify_all();
  }
}

void LentPool::run(void* self, Task task, std::size_t total, void* arg) {
  auto& pool = *static_cast<LentPool*>(self);
  {
    const std::lock_guard<std::mutex> lock(pool.mutex_);
    pool.task_ = task;
    pool.arg_ = arg;
    pool.total_ = total;
    pool.next_ = 0;
    pool.busy_ = pool.threads_.size();
    ++pool.round_;
  }
  pool.changed_.notify_all();
  pool.work();
  std::unique_lock<std::mutex> lock(pool.mutex_);
  pool.changed_.wait(lock, [&] { return pool.busy_ == 0; });
}

}  // namespace bitgraph::bench
