// The input is a held blob of one bit an element. It is refused, or both ways of masking a gradient by it
// give the same bits on every instruction set, apart and in place.
#include "bitgraph/held.h"
#include "fuzz.h"
#include "scalar/kernels.h"

namespace bitgraph::fuzz {

namespace {

// masked(kernels, dy, dx) on every table.
template <class T, class Masked>
void check_masked(const Exact<T>& dy, Masked masked) {
  Exact<T> want(dy.size());
  masked(scalar::table(), dy.data(), want.data());
  for (const Kernels* kernels : others()) {
    Exact<T> apart(dy.size()), in_place(dy.data(), dy.size());
    masked(*kernels, dy.data(), apart.data());
    masked(*kernels, in_place.data(), in_place.data());
    require(apart == want && in_place == want, "every table masks as scalar does");
  }
}

template <class T>
Exact<T> gradient(std::size_t n, Rng& rng) {
  Exact<T> dy(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t bits = rng();
    std::memcpy(&dy[i], &bits, sizeof(T));
  }
  return dy;
}

void check(const Exact<std::uint8_t>& blob, Rng& rng) {
  Held held;
  if (read_header(blob.data(), blob.size(), held) || validate(held, scalar::table(), {})) return;
  if (held.encoding != Encoding::bits) return;
  const auto n = static_cast<std::size_t>(held.shape.count);
  with_width(held.width, [&](auto unit) {
    using U = decltype(unit);
    const Exact<U> dy = gradient<U>(n, rng);
    check_masked(dy, [&](const Kernels& kernels, const U* from, U* to) {
      kernels.width<U>().select(from, held.bits, n, to);
    });
  });
  with_float(held.dtype, [&](auto number) {
    using T = decltype(number);
    const Exact<T> dy = gradient<T>(n, rng);
    check_masked(dy, [&](const Kernels& kernels, const T* from, T* to) {
      kernels.floating<T>().multiply(from, held.bits, n, to);
    });
  });
}

}  // namespace

}  // namespace bitgraph::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bitgraph::fuzz::Rng rng = bitgraph::fuzz::rng_of(data, size);
  bitgraph::fuzz::check({data, size}, rng);
  return 0;
}
