// More than 2^31 elements, once: no count or position is kept in 32 bits. Needs memory, or is skipped by
// name.
#include <cstdio>

#include "blobs.h"
#include "harness.h"
#include "threads.h"

#if defined(__unix__)
#include <unistd.h>
#endif

namespace bitgraph::test {

namespace {

double free_gibibytes() {
#if defined(_SC_AVPHYS_PAGES)
  return static_cast<double>(sysconf(_SC_AVPHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE)) /
         (1u << 30);
#else
  return 0;
#endif
}

}  // namespace

KERNEL_TEST(huge, more_than_31_bits) {
  constexpr double kNeeded = 6;
  if (sizeof(std::size_t) < 8 || free_gibibytes() < kNeeded) {
    std::printf("  skipped: needs 6 GiB of free memory\n");
    return;
  }
  const std::size_t n = (std::size_t{1} << 31) + 100003;
  const Kernels& kernels = *tables().front();
  Bytes x(n, 0);
  std::uint64_t nonzeros = 1;
  for (std::size_t i = 3; i < n - 1; i += 1000003, ++nonzeros) x[i] = static_cast<std::uint8_t>(i | 1);
  x[n - 1] = 77;
  const Blob blob = pack_tensor(x.data(), Dtype::uint8, shape_of({n}), kernels, two_threads());
  Held held;
  const Problem problem = read_header(blob.data(), blob.size(), held);
  expect(!problem && !validate(held, kernels, two_threads()), problem.text());
  expect(held.encoding == Encoding::bitmap && held.stored == nonzeros,
         "stored " + std::to_string(held.stored));

  std::uint8_t last[5];
  restore(held, kernels, n - 5, n, last);
  expect(same(last, x.data() + n - 5, 5), "the last elements");
  Bytes back(n, 1);
  restore_all(held, kernels, two_threads(), back.data());
  expect(std::memcmp(back.data(), x.data(), n) == 0, "all elements");
}

}  // namespace bitgraph::test
