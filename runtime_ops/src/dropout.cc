#include "bitgraph/dropout.h"

#include "bitgraph/held.h"
#include "dropout_numbers.h"

namespace bitgraph {

namespace {

// As the C++ library of the runtime makes a float of a number: 2^31 - 2 rounds to 2^31.
bool is_kept(std::uint32_t x, float ratio) {
  const float drawn = static_cast<float>(x - 1) / 2147483648.0f;
  return drawn >= 1.0f || drawn >= ratio;
}

}  // namespace

std::uint32_t first_number(std::uint64_t seed) {
  const auto begin = static_cast<std::uint32_t>(seed % kModulus);
  return times(kMultiplier, begin == 0 ? 1 : begin);
}

std::uint32_t seed_of(std::uint32_t first_number) {
  return times(first_number, power(kMultiplier, kModulus - 2));
}

std::uint32_t number_behind(std::uint32_t x, std::uint64_t steps) {
  return times(x, power(kMultiplier, steps));
}

std::uint32_t smallest_kept(float ratio) {
  std::uint32_t below = 0, kept = kModulus;
  while (kept - below > 1) {
    const std::uint32_t middle = below + (kept - below) / 2;
    (is_kept(middle, ratio) ? kept : below) = middle;
  }
  return kept;
}

void draw(std::uint32_t first, std::uint64_t count, float ratio, const Kernels& kernels,
          const Workers& workers, std::uint8_t* bits) {
  const std::uint32_t smallest = smallest_kept(ratio);
  for_each(workers, static_cast<std::size_t>(tasks_of(count)), [&](std::size_t task) {
    const std::uint64_t begin = task * kTask, left = count - begin;
    kernels.dropout.draw(number_behind(first, begin), static_cast<std::size_t>(left < kTask ? left : kTask),
                         smallest, bits + begin / 8);
  });
}

bool draws(std::uint32_t first, const bool* kept, std::size_t n, std::uint32_t smallest) {
  for (std::size_t i = 0; i < n; ++i, first = times(kMultiplier, first)) {
    if (kept[i] != (first >= smallest)) return false;
  }
  return true;
}

bool tells_numbers(float ratio) {
  // Two tensors differ in an element with that probability; 2^64 is far more than there are seeds.
  const float differ = 2.0f * ratio * (1.0f - ratio);
  return differ * static_cast<float>(kTold) > 64.0f;
}

}  // namespace bitgraph
