// Whole pages for large tensors. What is resident follows the most that is in use at once.
//
// Pages of a freed block go to the next one. Blocks come and go in sizes that do not fit each other: where no
// free span is long enough, new pages are taken only within a sixteenth over the most that was in use; beyond
// that, free pages of several spans are put side by side by the page table (mremap), which costs a small part
// of new pages. A step like the one before it so needs hardly any.
//
// Each such move may split a mapping, and the system has a limit for those. Once there are many, free pages
// are returned instead of moved, which joins mappings again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

namespace bitgraph {

class PagePool {
 public:
  PagePool();

  // A block that begins at a page, of undefined content; null if there is no memory. Any thread may call.
  void* take(std::size_t bytes);

  // Frees a block; false if it is not one of the pool's. Never fails to free one that is.
  bool give_back(void* block);

  struct Counts {
    std::size_t used, free;  // Bytes.
    std::size_t seams;       // Places where mappings may end.
  };
  Counts counts() const;

 private:
  using Address = std::uintptr_t;
  using Spans = std::map<Address, std::size_t>;

  void* gather(std::size_t bytes);
  void move(Address from, std::size_t bytes, Address to);
  void unmap(Address begin, std::size_t bytes);
  void cut_free(std::size_t bytes);

  Spans::iterator best_fit(std::size_t bytes);
  Address draw(std::size_t most, std::size_t& bytes);
  void add_free(Address begin, std::size_t bytes);
  void remove_free(Spans::iterator span);

  std::size_t allowed(std::size_t used) const;
  std::size_t surplus(std::size_t more) const;
  void note_taken(std::size_t bytes);

  const std::size_t page_;
  mutable std::mutex mutex_;
  std::unordered_map<Address, std::size_t> used_;
  Spans free_;                                       // Neighbors are one span.
  std::set<std::pair<std::size_t, Address>> sizes_;  // The same, by size.
  std::set<Address> seams_;
  std::size_t used_bytes_ = 0, free_bytes_ = 0;
  std::size_t taken_ = 0;                  // Bytes, since the window began.
  std::size_t highest_ = 0, earlier_ = 0;  // Most bytes in use in this window and in the one before.
};

}  // namespace bitgraph
