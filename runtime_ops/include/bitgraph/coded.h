// Lossless coding of 32-bit floats, whose exponents lie close together: the parts of the form `coded`.
//
// A float is sign, 8 bits of exponent, 23 of mantissa. The bits that cannot be shortened are stored as they
// are, 16 and 8 a piece, so that a whole register of them is one plain store. The exponent becomes a code of
// three bits: how far it lies below the top of its window of 512 elements. Code 7 is an escape: the exponent
// lies outside, and is stored as a byte of its own.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitgraph {

constexpr std::size_t kWindow = 512;  // Elements that share a top.
constexpr std::size_t kGroup = 64;    // Elements whose codes lie together: three bit strings of 8 bytes.
constexpr std::size_t kGroupBytes = 24;
constexpr unsigned kEscape = 7;               // Also the number of exponents in a window.
constexpr std::size_t kCandidates = 16;       // Exponents tried as a top: a bound on what odd data cost.
constexpr unsigned kLowestTop = kEscape - 1;  // So that no window reaches below exponent 0.

constexpr std::size_t windows_of(std::size_t count) { return count / kWindow + (count % kWindow != 0); }
constexpr std::size_t groups_of(std::size_t count) { return count / kGroup + (count % kGroup != 0); }

// Consecutive elements in their parts, from the beginning of a window on.
template <class Byte, class Half>
struct CodedRun {
  Byte* tops;     // The largest exponent of each window that has a code.
  Byte* codes;    // For each group bit 0 of its 64 codes, then bit 1, then bit 2.
  Half* low;      // The low 16 bits of each element.
  Byte* high;     // Sign and the highest 7 bits of the mantissa.
  Byte* escapes;  // The exponents outside their windows, in order.
  std::size_t escape_count;
};
using CodedSource = CodedRun<const std::uint8_t, const std::uint16_t>;
using CodedTarget = CodedRun<std::uint8_t, std::uint16_t>;

// What is left of a run behind `elements` (a multiple of kWindow) and the escapes among them.
template <class Byte, class Half>
constexpr CodedRun<Byte, Half> rest_of(const CodedRun<Byte, Half>& run, std::size_t elements,
                                       std::size_t escapes) {
  return {run.tops + elements / kWindow,
          run.codes + elements / kGroup * kGroupBytes,
          run.low + elements,
          run.high + elements,
          run.escapes + escapes,
          run.escape_count - escapes};
}

struct CodedKernels {
  // Writes the top of each window: of the 16 largest exponents in it (6 if smaller) the one that leaves the
  // fewest outside, the highest of several. Returns how many are outside, in all windows.
  std::size_t (*measure)(const std::uint32_t* x, std::size_t n, std::uint8_t* tops);
  // Writes all parts but the tops, which it reads. escape_count is what measure returned. `streamed`: past
  // the caches, where low and high lie at multiples of 64.
  void (*encode)(const std::uint32_t* x, std::size_t n, const CodedTarget& target, bool streamed);
  // Number of escapes among n codes.
  std::size_t (*count_escapes)(const std::uint8_t* codes, std::size_t n);
  // The reverse of encode. Returns how many escapes were taken: there may be more, and where there are too
  // few zeros are taken. `streamed`: past the caches, where x lies at a multiple of 64.
  std::size_t (*decode)(const CodedSource& source, std::size_t n, std::uint32_t* x, bool streamed);
};

}  // namespace bitgraph
