#include "bits.h"
#include "coded_bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

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
