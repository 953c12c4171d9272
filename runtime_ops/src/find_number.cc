// Finds the number of an element from which elements are kept, as nested intervals.
//
// The number of the element d places on is a^d * x. Where a^d is a small number c, the numbers x for which
// it is below (or not below) the smallest kept one are c intervals. Taken in the order of c, each element
// leaves of an interval a few narrower ones or nothing, until single numbers are left, which are tried.
#include <algorithm>

#include "bitgraph/dropout.h"
#include "dropout_numbers.h"

namespace bitgraph {

namespace {

// An element by its distance from the one that is looked for: its number is factor * x, or -factor * x.
struct Multiple {
  std::uint32_t factor;
  bool negative, kept;
  bool operator<(const Multiple& other) const { return factor < other.factor; }
};

constexpr std::uint64_t kFew = 4;  // An interval of so many numbers is not worth splitting.

class Finder {
 public:
  Finder(const bool* kept, std::size_t n, std::uint32_t smallest)
      : kept_(kept), n_(n), smallest_(smallest), rare_(smallest > kModulus / 2) {}

  std::uint32_t find() {
    begin_ = beginning();
    gather();
    return search(0, 1, kModulus);
  }

 private:
  // Rare elements say most: one with another behind it, if there is.
  std::size_t beginning() const {
    std::size_t best = 0;
    for (std::size_t i = 0; i + 1 < n_; ++i) {
      if (kept_[i] != rare_) continue;
      if (kept_[i + 1] == rare_) return i;
      best = i;
    }
    return best;
  }

  void gather() {
    std::uint32_t factor = power(kMultiplier, kModulus - 1 - begin_);
    for (std::size_t i = 0; i < n_; ++i, factor = times(factor, kMultiplier)) {
      if (kept_[i] != rare_ && i != begin_) continue;
      const bool negative = factor > kModulus / 2;
      multiples_[size_++] = {negative ? kModulus - factor : factor, negative, kept_[i]};
    }
    std::sort(multiples_, multiples_ + size_);
  }

  std::uint32_t search(std::size_t level, std::uint64_t low, std::uint64_t high) const {
    if (high - low <= kFew || level == size_) return try_all(low, high);
    const Multiple& next = multiples_[level];
    std::uint64_t from = next.kept ? smallest_ : 1, to = next.kept ? kModulus : smallest_;
    if (next.negative) {
      const std::uint64_t mirrored = kModulus - to + 1;
      to = kModulus - from + 1;
      from = mirrored;
    }
    const std::uint64_t last = next.factor * (high - 1) / kModulus;
    for (std::uint64_t turn = next.factor * low / kModulus; turn <= last; ++turn) {
      const std::uint64_t begin = std::max(low, above(turn * kModulus + from, next.factor));
      const std::uint64_t end = std::min(high, above(turn * kModulus + to, next.factor));
      if (begin >= end) continue;
      if (const std::uint32_t found = search(level + 1, begin, end)) return found;
    }
    return 0;
  }

  static std::uint64_t above(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

  std::uint32_t try_all(std::uint64_t low, std::uint64_t high) const {
    const std::uint32_t back = power(kMultiplier, kModulus - 1 - begin_);
    for (; low < high; ++low) {
      const std::uint32_t first = times(static_cast<std::uint32_t>(low), back);
      if (draws(first, kept_, n_, smallest_)) return first;
    }
    return 0;
  }

  const bool* kept_;
  std::size_t n_;
  std::uint32_t smallest_;
  bool rare_;  // What few elements are: kept or not.
  std::size_t begin_ = 0, size_ = 0;
  Multiple multiples_[kTold];
};

}  // namespace

std::uint32_t find_first_number(const bool* kept, std::size_t n, std::uint32_t smallest) {
  return n == 0 ? 0 : Finder(kept, std::min(n, kTold), smallest).find();
}

}  // namespace bitgraph
