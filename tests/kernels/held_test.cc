// Writing a held form, reading it back whole and in parts, alone and shared among threads.
#include "blobs.h"
#include "harness.h"
#include "threads.h"

namespace bitgraph::test {

namespace {

template <class U>
constexpr Dtype kDtype = sizeof(U) == 1   ? Dtype::uint8
                         : sizeof(U) == 2 ? Dtype::uint16
                         : sizeof(U) == 4 ? Dtype::uint32
                                          : Dtype::uint64;

Problem open(const Blob& blob, Held& held, const Kernels& kernels, const Workers& workers) {
  if (Problem problem = read_header(blob.data(), blob.size(), held)) return problem;
  return validate(held, kernels, workers);
}

template <class U>
void round_trip(const Kernels& kernels, const Workers& workers, std::size_t n, unsigned zeros, Rng& rng) {
  const std::string where = describe(kernels, "width", sizeof(U), "n", n, "zeros", zeros);
  std::vector<U> x(n);
  fill(x.data(), n, zeros, rng);
  const Shape shape = shape_of({n});
  const Blob blob = pack_tensor(x.data(), kDtype<U>, shape, kernels, workers);
  const Bytes bitmap = bitmap_by_hand(x, kDtype<U>, shape), dense = dense_by_hand(x, kDtype<U>, shape);
  expect(blob.bytes() == (bitmap.size() < dense.size() ? bitmap : dense), "blob " + where);

  Held held;
  const Problem problem = open(blob, held, kernels, workers);
  expect(!problem, where + " " + problem.text());
  if (problem) return;
  std::vector<U> back(n + 1, U{0x5A});
  restore_all(held, kernels, workers, back.data());
  expect(same(back.data(), x.data(), n) && back[n] == 0x5A, "restored " + where);

  for (int part = 0; part < 8 && n > 0; ++part) {
    const std::size_t begin = rng.below(n), end = begin + rng.below(n - begin + 1);
    std::vector<U> piece(end - begin + 1, U{0x5A});
    restore(held, kernels, begin, end, piece.data());
    expect(same(piece.data(), x.data() + begin, end - begin) && piece.back() == 0x5A,
           "part " + std::to_string(begin) + ".." + std::to_string(end) + " " + where);
  }
}

}  // namespace

KERNEL_TEST(held, round_trip) {
  for (const Kernels* kernels : tables()) {
    for_each_width([&](auto unit) {
      using U = decltype(unit);
      Rng rng(sizeof(U));
      for (const std::size_t n :
           Sizes{0, 1, 7, 8, 9, 63, 64, 65, 1000, 16383, 16384, 16385, 32767, 32768, 32770}) {
        for (const unsigned zeros : {0u, 3u, 50u, 90u, 100u}) round_trip<U>(*kernels, {}, n, zeros, rng);
      }
    });
  }
}

KERNEL_TEST(held, shared_among_threads) {
  for (const Kernels* kernels : tables()) {
    for_each_width([&](auto unit) {
      using U = decltype(unit);
      Rng rng(sizeof(U));
      for (const std::size_t n : Sizes{65535, 65536, 65537, 262144, 500001}) {
        for (const unsigned zeros : {0u, 50u, 95u}) round_trip<U>(*kernels, two_threads(), n, zeros, rng);
      }
    });
  }
}

KERNEL_TEST(held, shapes) {
  const Kernels& kernels = *tables().front();
  const Shape shapes[] = {shape_of({}), shape_of({2, 3, 4}), shape_of({0}), shape_of({3, 0, 5}),
                          shape_of({1, 1, 2, 1, 1, 3, 1, 2})};
  for (const Shape& shape : shapes) {
    std::vector<std::uint32_t> x(shape.count, 0);
    for (std::size_t i = 0; i < x.size(); i += 2) x[i] = 0x80000000u;
    const Blob blob = pack_tensor(x.data(), Dtype::float32, shape, kernels, {});
    Held held;
    const Problem problem = open(blob, held, kernels, {});
    expect(!problem && same_dims(held.shape, shape) && held.dtype == Dtype::float32,
           "rank " + std::to_string(shape.rank) + " " + problem.text());
    if (problem) continue;
    std::vector<std::uint32_t> back(x.size());
    restore_all(held, kernels, {}, back.data());
    expect(back == x, "rank " + std::to_string(shape.rank));
  }
}

KERNEL_TEST(held, bits) {
  for (const Kernels* kernels : tables()) {
    Rng rng(9);
    for (const std::size_t n : Sizes{0, 1, 8, 9, 100, 65537}) {
      std::vector<bool> set(n);
      for (std::size_t i = 0; i < n; ++i) set[i] = rng.chance(50);
      Bytes bytes = header_by_hand(2, Dtype::boolean, shape_of({n}), 0);
      for (const std::uint8_t byte : bit_string(set)) bytes.push_back(byte);
      Held held;
      const Blob blob(bytes);
      const Problem problem = open(blob, held, *kernels, {});
      expect(!problem, describe(*kernels, "n", n) + problem.text());
      const std::size_t begin = n / 3;
      Bytes back(n - begin + 1, 0x5A);
      restore(held, *kernels, begin, n, back.data());
      bool good = back.back() == 0x5A;
      for (std::size_t i = begin; i < n; ++i) good = good && back[i - begin] == (set[i] ? 1 : 0);
      expect(good, describe(*kernels, "bits", n));
    }
  }
}

}  // namespace bitgraph::test
