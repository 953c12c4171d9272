// The pool of pages: blocks keep what is written, from any thread; what is resident follows the most in use;
// without memory there is no block, and the pool goes on.
#include "memory/page_pool.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "harness.h"

namespace bitgraph::test {

namespace {

constexpr std::size_t kKiB = 1024, kMiB = 1024 * kKiB;

// Bytes of the process that are resident.
std::size_t resident() {
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  unsigned long size = 0, pages = 0;
  const bool known = file != nullptr && std::fscanf(file, "%lu %lu", &size, &pages) == 2;
  if (file != nullptr) std::fclose(file);
  return known ? pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

long new_pages() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

// A block with a mark in each page.
struct Block {
  std::uint64_t* data = nullptr;
  std::size_t bytes = 0;
  std::uint64_t mark = 0;

  void write() {
    for (std::size_t i = 0; i < bytes; i += kKiB) data[i / 8] = mark + i;
  }
  bool intact() const {
    for (std::size_t i = 0; i < bytes; i += kKiB) {
      if (data[i / 8] != mark + i) return false;
    }
    return true;
  }
};

bool take(PagePool& pool, std::size_t bytes, std::uint64_t mark, Block& block) {
  block = {static_cast<std::uint64_t*>(pool.take(bytes)), bytes, mark};
  if (block.data != nullptr) block.write();
  return block.data != nullptr;
}

// Takes and frees at random up to 24 blocks of up to 1 MiB.
void churn(PagePool& pool, std::uint64_t stream, int rounds) {
  Rng rng(stream);
  std::vector<Block> blocks(24);
  for (int round = 0; round < rounds; ++round) {
    Block& block = blocks[rng.below(blocks.size())];
    if (block.data == nullptr) {
      const std::size_t bytes = 8 + rng.below(rng.chance(20) ? kMiB : 200 * kKiB) / 8 * 8;
      expect(take(pool, bytes, rng.next(), block), "a block");
    } else {
      expect(block.intact(), "a block of " + std::to_string(block.bytes) + " bytes is as it was written");
      expect(pool.give_back(block.data), "the block is the pool's");
      block = {};
    }
  }
  for (const Block& block : blocks) {
    if (block.data == nullptr) continue;
    expect(block.intact(), "a block is as it was written, at the end");
    pool.give_back(block.data);
  }
}

// One step: tensors of sizes that do not fit each other, the gaps of one phase too small for the next.
void step(PagePool& pool, std::size_t unit) {
  std::vector<Block> held;
  for (std::size_t i = 1; i <= 24; ++i) {
    Block kept, passing;
    take(pool, i % 5 * unit + 3 * unit, i, kept);
    take(pool, i % 7 * unit + unit, i, passing);
    held.push_back(kept);
    expect(pool.give_back(passing.data), "what passes");
  }
  for (std::size_t i = 0; i < held.size(); i += 2) pool.give_back(held[i].data);
  Block large;
  expect(take(pool, 40 * unit, 99, large), "larger than any gap");
  for (std::size_t i = 1; i < held.size(); i += 2) {
    expect(held[i].intact(), "what was held");
    pool.give_back(held[i].data);
  }
  expect(large.intact(), "what was gathered");
  pool.give_back(large.data);
}

}  // namespace

KERNEL_TEST(page_pool, one_thread) {
  PagePool pool;
  churn(pool, 1, 20000);
  const PagePool::Counts counts = pool.counts();
  expect(counts.used == 0, "nothing is in use at the end");
  expect(counts.seams <= 300, "mappings stay few: " + std::to_string(counts.seams));
}

KERNEL_TEST(page_pool, four_threads) {
  PagePool pool;
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 4; ++i) threads.emplace_back([&pool, i] { churn(pool, 10 + i, 4000); });
  for (std::thread& thread : threads) thread.join();
  expect(pool.counts().used == 0, "nothing is in use at the end");
}

KERNEL_TEST(page_pool, a_foreign_block_stays_foreign) {
  PagePool pool;
  alignas(64) static char foreign[64];
  expect(!pool.give_back(foreign) && !pool.give_back(nullptr), "not the pool's");
  void* const block = pool.take(kMiB);
  expect(pool.give_back(block) && !pool.give_back(block), "a block is freed once");
}

KERNEL_TEST(page_pool, resident_memory_follows_the_most_in_use) {
  PagePool pool;
  const std::size_t before = resident();
  constexpr std::size_t kUnit = 256 * kKiB;
  // Of each step: 24 tensors of 3 to 7 units, at most 7 passing.
  constexpr std::size_t kMost = (24 * 5 + 7) * kUnit;
  for (int i = 0; i < 3; ++i) step(pool, kUnit);
  const PagePool::Counts counts = pool.counts();
  expect(counts.free <= kMost + kMost / 16, "free pages: " + std::to_string(counts.free));
  const long faults = new_pages();
  for (int i = 0; i < 20; ++i) step(pool, kUnit);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const std::size_t growth = resident() - before;
  expect(growth <= kMost + kMost / 8, "grown by " + std::to_string(growth));
  // Twenty steps of 200 units: a hundredth of their pages.
  const long pages = 20 * 200 * static_cast<long>(kUnit) / sysconf(_SC_PAGESIZE);
  expect(new_pages() - faults < pages / 100, "new pages: " + std::to_string(new_pages() - faults));
#else
  static_cast<void>(before);
  static_cast<void>(faults);
#endif
}

KERNEL_TEST(page_pool, smaller_steps_return_pages) {
  PagePool pool;
  for (int i = 0; i < 3; ++i) step(pool, 64 * kKiB);
  const std::size_t large = pool.counts().free;
  for (int i = 0; i < 600; ++i) step(pool, 16 * kKiB);
  expect(pool.counts().free < large / 3,
         "left of " + std::to_string(large) + ": " + std::to_string(pool.counts().free));
}

[[maybe_unused]] bool addresses_are_limited(std::size_t bytes) {
  void* mapped = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return true;
  munmap(mapped, bytes);
  return false;
}

KERNEL_TEST(page_pool, without_memory_there_is_no_block) {
  PagePool pool;
  expect(pool.take(SIZE_MAX) == nullptr && pool.take(SIZE_MAX / 2) == nullptr, "no such size");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  rlimit limit = {};
  getrlimit(RLIMIT_AS, &limit);
  const rlimit tight = {rlim_t{1} << 30, limit.rlim_max};
  setrlimit(RLIMIT_AS, &tight);
  const bool is_limited = addresses_are_limited(std::size_t{2} << 30);
  std::vector<Block> blocks;
  for (Block block; blocks.size() < 64 && take(pool, 64 * kMiB, blocks.size(), block);)
    blocks.push_back(block);
  setrlimit(RLIMIT_AS, &limit);
  // An emulator takes the limit and does not keep it: then there are as many as were asked for.
  expect(!blocks.empty() && (blocks.size() < 64) == is_limited,
         "blocks under the limit: " + std::to_string(blocks.size()));
  for (const Block& block : blocks)
    expect(block.intact() && pool.give_back(block.data), "a block under the limit");
#endif
  Block block;
  expect(take(pool, kMiB, 7, block) && block.intact() && pool.give_back(block.data), "the pool goes on");
}

}  // namespace bitgraph::test
