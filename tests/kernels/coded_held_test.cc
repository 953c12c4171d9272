// Writing a coded blob, reading it back whole and in parts, alone and shared among threads.
#include "coded_oracle.h"
#include "harness.h"
#include "threads.h"

namespace bitgraph::test {

namespace {

void round_trip(const Kernels& kernels, const Workers& workers, const std::vector<std::uint32_t>& x,
                const Bytes& expected, Rng& rng) {
  const std::size_t n = x.size();
  const std::string where = describe(kernels, "n", n);
  const Blob blob = pack_coded(x, shape_of({n}), kernels, workers);
  expect(blob.bytes() == expected, "blob " + where);

  Held held;
  Problem problem = read_header(blob.data(), blob.size(), held);
  if (!problem) problem = validate(held, kernels, workers);
  expect(!problem, where + " " + problem.text());
  if (problem) return;
  std::vector<std::uint32_t> back(n + 1, 0x5A);
  restore_all(held, kernels, workers, back.data());
  expect(same(back.data(), x.data(), n) && back[n] == 0x5A, "restored " + where);

  for (int part = 0; part < 20 && n > 0; ++part) {
    std::size_t begin = rng.below(n), end = begin + rng.below(n - begin + 1);
    if (rng.chance(30)) begin -= begin % kWindow;
    if (rng.chance(30)) end = end / kWindow * kWindow < begin ? end : end / kWindow * kWindow;
    std::vector<std::uint32_t> piece(end - begin + 1, 0x5A);
    restore(held, kernels, begin, end, piece.data());
    expect(same(piece.data(), x.data() + begin, end - begin) && piece.back() == 0x5A,
           "part " + std::to_string(begin) + ".." + std::to_string(end) + " " + where);
  }
}

void everywhere(const Workers& workers, std::size_t n, unsigned wild, Rng& rng) {
  const std::vector<std::uint32_t> x = floats_around(127, wild, n, rng);
  const Bytes coded = coded_by_hand(x, shape_of({n})),
              dense = dense_by_hand(x, Dtype::float32, shape_of({n}));
  const Bytes& expected = coded.size() < dense.size() ? coded : dense;
  for (const Kernels* kernels : tables()) round_trip(*kernels, workers, x, expected, rng);
}

}  // namespace

KERNEL_TEST(coded_held, round_trip) {
  Rng rng(31);
  for (const std::size_t n :
       Sizes{0, 1, 63, 64, 65, 511, 512, 513, 1023, 1025, 5000, 16383, 16384, 16385, 32770}) {
    for (const unsigned wild : {0u, 3u, 20u, 100u}) everywhere({}, n, wild, rng);
  }
}

KERNEL_TEST(coded_held, shared_among_threads) {
  Rng rng(32);
  for (const std::size_t n : Sizes{65535, 65536, 65537, 200001}) everywhere(two_threads(), n, 2, rng);
}

// Large enough to be written past the caches.
KERNEL_TEST(coded_held, streamed) {
  Rng rng(33);
  everywhere({}, kStreamed / 3 + 77, 1, rng);
  everywhere(two_threads(), kStreamed / 3, 1, rng);
}

KERNEL_TEST(coded_held, size_of_normally_distributed_numbers) {
  // Halves of a set of exponents, each twice as likely as the next: close to a normal distribution's.
  Rng rng(34);
  const std::size_t n = std::size_t{1} << 18;
  const Blob blob = pack_coded(floats_around(127, 0, n, rng), shape_of({n}), *tables().front(), {});
  expect(blob.size() * 1000 <= 4 * n * 857, "size " + std::to_string(blob.size()));
}

}  // namespace bitgraph::test
