#include <cstring>

#include "bits.h"
#include "coded_bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

namespace {

// Returns how many of the window's exponents lie outside with that top.
std::size_t choose_top(const std::uint32_t* x, std::size_t n, std::uint8_t& top) {
  std::size_t counts[256] = {};
  for (std::size_t i = 0; i < n; ++i) ++counts[exponent_of(x[i])];
  std::size_t fewest = n + 1;
  for (unsigned exponent = 256; exponent-- > 0;) {
    if (counts[exponent] == 0) continue;
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

void encode_windows(const std::uint32_t* x, std::size_t n, const CodedTarget& target, bool) {
  std::memset(target.codes, 0, groups_of(n) * kGroupBytes);
  std::size_t at = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint8_t exponent = exponent_of(x[i]);
    const unsigned code = code_of(exponent, target.tops[i / kWindow]);
    target.low[i] = static_cast<std::uint16_t>(x[i]);
    target.high[i] = high_of(x[i]);
    std::uint8_t* codes = target.codes + i / kGroup * kGroupBytes + i % kGroup / 8;
    for (unsigned bit = 0; bit < 3; ++bit) {
      codes[8 * bit] = static_cast<std::uint8_t>(codes[8 * bit] | (code >> bit & 1u) << i % 8);
    }
    if (code == kEscape && at < target.escape_count) target.escapes[at++] = exponent;
  }
}

std::size_t count_escapes(const std::uint8_t* codes, std::size_t n) {
  std::size_t count = 0;
  for (std::size_t group = 0; group < groups_of(n); ++group, codes += kGroupBytes) {
    std::uint8_t all[8];
    for (std::size_t i = 0; i < sizeof all; ++i) {
      all[i] = static_cast<std::uint8_t>(codes[i] & codes[8 + i] & codes[16 + i]);
    }
    count += popcount(all, sizeof all);
  }
  return count;
}

std::size_t decode_windows(const CodedSource& source, std::size_t n, std::uint32_t* x, bool) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint8_t* codes = source.codes + i / kGroup * kGroupBytes;
    unsigned code = 0;
    for (unsigned bit = 0; bit < 3; ++bit) {
      code |= static_cast<unsigned>(bit_at(codes + 8 * bit, i % kGroup)) << bit;
    }
    auto exponent = static_cast<std::uint8_t>(source.tops[i / kWindow] - code);
    if (code == kEscape) exponent = at < source.escape_count ? source.escapes[at++] : std::uint8_t{0};
    x[i] = join(exponent, source.high[i], source.low[i]);
  }
  return at;
}

}  // namespace bitgraph::scalar
