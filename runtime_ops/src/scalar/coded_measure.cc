#include "coded_bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

namespace {

// Returns how many of the window's exponents lie outside with that top.
std::size_t choose_top(const std::uint32_t* x, std::size_t n, std::uint8_t& top) {
  std::size_t counts[256] = {};
  for (std::size_t i = 0; i < n; ++i) ++counts[exponent_of(x[i])];
  std::size_t fewest = n + 1, tried = 0;
  for (unsigned exponent = 256; exponent-- > 0 && tried < kCandidates;) {
    if (counts[exponent] == 0) continue;
    ++tried;
    const unsigned candidate = exponent < kLowestTop ? kLowestTop : exponent;
    std::size_t outside = n;
    for (unsigned code = 0; code < kEscape; ++code) outside -= counts[candidate - code];
    if (outside >= fewest) continue;
    fewest = outside;
    top = static_cast<std::uint8_t>(candidate);
  }
  return fewest;
}

}  // namespace

std::size_t measure_windows(const std::uint32_t* x, std::size_t n, std::uint8_t* tops) {
  std::size_t outside = 0;
  for (std::size_t i = 0; i < n; i += kWindow) {
    outside += choose_top(x + i, n - i < kWindow ? n - i : kWindow, tops[i / kWindow]);
  }
  return outside;
}

}  // namespace bitgraph::scalar
