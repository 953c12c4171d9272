#include "memory/page_pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <new>

namespace bitgraph {

namespace {

// What may lie free over the most in use, as a part of that: room for blocks to fit without moving pages.
constexpr std::size_t kRoom = 16;
// A window has gone by when this many times the most in use was taken: a few steps.
constexpr std::size_t kWindow = 64;
constexpr std::size_t kMostSeams = 256;

void* pointer(std::uintptr_t address) { return reinterpret_cast<void*>(address); }

}  // namespace

PagePool::PagePool() : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {}

void* PagePool::take(std::size_t bytes) {
  if (bytes == 0 || bytes > SIZE_MAX - page_) return nullptr;
  bytes = (bytes + page_ - 1) / page_ * page_;
  const std::lock_guard<std::mutex> lock(mutex_);
  try {
    const Spans::iterator span = best_fit(bytes);
    if (span == free_.end() || span->second < bytes) return gather(bytes);
    used_.emplace(span->first, bytes);
    std::size_t whole = bytes;
    const Address begin = draw(bytes, whole);
    note_taken(bytes);
    return pointer(begin);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

bool PagePool::give_back(void* block) {
  const Address begin = reinterpret_cast<Address>(block);
  if (begin % page_ != 0) return false;
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto used = used_.find(begin);
  if (used == used_.end()) return false;
  const std::size_t bytes = used->second;
  used_.erase(used);
  used_bytes_ -= bytes;
  add_free(begin, bytes);
  return true;
}

PagePool::Counts PagePool::counts() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return {used_bytes_, free_bytes_, seams_.size()};
}

// A block at new addresses, which begins with as many free pages as there would be too many otherwise.
void* PagePool::gather(std::size_t bytes) {
  void* const block = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) return nullptr;
  const Address begin = reinterpret_cast<Address>(block);
  try {
    used_.emplace(begin, bytes);
    seams_.insert({begin, begin + bytes});
  } catch (const std::bad_alloc&) {
    used_.erase(begin);
    unmap(begin, bytes);
    return nullptr;
  }
  const std::size_t end = std::min(surplus(bytes), bytes);
  for (std::size_t done = 0, count = 0; done < end; done += count) {
    const Address from = draw(end - done, count);
    if (count == 0) break;
    if (seams_.size() < kMostSeams) {
      move(from, count, begin + done);
    } else {
      unmap(from, count);
    }
  }
  note_taken(bytes);
  return block;
}

// Moves pages to addresses that are mapped; those that cannot be moved are returned.
void PagePool::move(Address from, std::size_t bytes, Address to) {
  const Address end = from + bytes;
  while (from < end) {
    // Older kernels move only within one mapping.
    const auto seam = seams_.upper_bound(from);
    const std::size_t count = (seam == seams_.end() ? end : std::min(end, *seam)) - from;
    try {
      seams_.insert({to, to + count});
    } catch (const std::bad_alloc&) {
      break;
    }
    // It fails for want of mappings, before anything is changed.
    if (mremap(pointer(from), count, count, MREMAP_MAYMOVE | MREMAP_FIXED, pointer(to)) == MAP_FAILED) break;
    seams_.erase(seams_.lower_bound(from), seams_.upper_bound(from + count));
    from += count;
    to += count;
  }
  if (from < end) unmap(from, end - from);
}

void PagePool::unmap(Address begin, std::size_t bytes) {
  munmap(pointer(begin), bytes);
  seams_.erase(seams_.lower_bound(begin), seams_.upper_bound(begin + bytes));
}

// Returns free pages.
void PagePool::cut_free(std::size_t bytes) {
  for (std::size_t count = 0; bytes > 0 && !free_.empty(); bytes -= count) {
    const Address begin = draw(bytes, count);
    unmap(begin, count);
  }
}

// The smallest span that is long enough, or else the longest.
PagePool::Spans::iterator PagePool::best_fit(std::size_t bytes) {
  if (sizes_.empty()) return free_.end();
  auto found = sizes_.lower_bound({bytes, 0});
  if (found == sizes_.end()) --found;
  return free_.find(found->second);
}

// Takes up to `most` bytes off the free spans, from one of them; there may be none.
PagePool::Address PagePool::draw(std::size_t most, std::size_t& bytes) {
  const Spans::iterator span = best_fit(most);
  bytes = 0;
  if (span == free_.end()) return 0;
  const auto [begin, size] = *span;
  bytes = std::min(most, size);
  remove_free(span);
  if (size > bytes) add_free(begin + bytes, size - bytes);
  return begin;
}

void PagePool::add_free(Address begin, std::size_t bytes) {
  auto next = free_.lower_bound(begin);
  if (next != free_.end() && begin + bytes == next->first) {
    bytes += next->second;
    remove_free(next++);
  }
  if (next != free_.begin()) {
    const auto before = std::prev(next);
    if (before->first + before->second == begin) {
      begin = before->first;
      bytes += before->second;
      remove_free(before);
    }
  }
  try {
    sizes_.emplace(bytes, begin);
    free_.emplace(begin, bytes);
    free_bytes_ += bytes;
  } catch (const std::bad_alloc&) {
    sizes_.erase({bytes, begin});
    unmap(begin, bytes);
  }
}

void PagePool::remove_free(Spans::iterator span) {
  free_bytes_ -= span->second;
  sizes_.erase({span->second, span->first});
  free_.erase(span);
}

// How many bytes may be resident when `used` are in use.
std::size_t PagePool::allowed(std::size_t used) const {
  const std::size_t most = std::max({highest_, earlier_, used});
  return most + most / kRoom / page_ * page_;
}

// Free bytes that are too many when `more` get into use on new pages.
std::size_t PagePool::surplus(std::size_t more) const {
  const std::size_t all = used_bytes_ + free_bytes_ + more;
  const std::size_t limit = allowed(used_bytes_ + more);
  return all > limit ? std::min(all - limit, free_bytes_) : 0;
}

// Counts a block; when a window is over, what was in use before the last one is forgotten.
void PagePool::note_taken(std::size_t bytes) {
  used_bytes_ += bytes;
  taken_ += bytes;
  highest_ = std::max(highest_, used_bytes_);
  if (taken_ / kWindow < std::max(highest_, earlier_)) return;
  cut_free(surplus(0));
  earlier_ = highest_;
  highest_ = used_bytes_;
  taken_ = 0;
}

}  // namespace bitgraph
