// Who runs independent pieces of work: this thread, or a thread pool lent by the caller.
#pragma once

#include <cstddef>

namespace bitgraph {

struct Workers {
  // Calls task(arg, i) for each i in [0, total), in any order and possibly at once; returns when all are
  // done.
  void (*run)(void* self, void (*task)(void* arg, std::size_t i), std::size_t total, void* arg) = nullptr;
  void* self = nullptr;
};

// Calls deed(i) for each i in [0, total). A single piece, or no lent pool, stays on this thread.
template <class Deed>
void for_each(const Workers& workers, std::size_t total, Deed deed) {
  if (workers.run == nullptr || total < 2) {
    for (std::size_t i = 0; i < total; ++i) deed(i);
    return;
  }
  const auto task = [](void* arg, std::size_t i) { (*static_cast<Deed*>(arg))(i); };
  workers.run(workers.self, task, total, &deed);
}

}  // namespace bitgraph
