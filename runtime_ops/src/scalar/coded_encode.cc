#include <cstring>

#include "coded_bits.h"
#include "scalar/kernels.h"

namespace bitgraph::scalar {

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

}  // namespace bitgraph::scalar
