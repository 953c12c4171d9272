// The form `coded` written from its description, element by element, and floats to write in it.
#pragma once

#include "blobs.h"
#include "harness.h"

namespace bitgraph::test {

struct CodedParts {
  Bytes tops, codes, high, escapes;
  std::vector<std::uint16_t> low;
  std::vector<std::uint64_t> offsets;
};

inline unsigned exponent_at(const std::vector<std::uint32_t>& x, std::size_t i) { return x[i] >> 23 & 255u; }

inline unsigned best_top(const std::vector<std::uint32_t>& x, std::size_t begin, std::size_t end) {
  std::size_t most = 0, tried = 0;
  unsigned best = 0;
  for (unsigned exponent = 256; exponent-- > 0 && tried < 16;) {
    const unsigned top = exponent < 6 ? 6 : exponent;
    std::size_t inside = 0;
    bool occurs = false;
    for (std::size_t i = begin; i < end; ++i) {
      occurs = occurs || exponent_at(x, i) == exponent;
      inside += exponent_at(x, i) <= top && exponent_at(x, i) + 6 >= top;
    }
    tried += occurs;
    if (!occurs || (best != 0 && inside <= most)) continue;
    most = inside;
    best = top;
  }
  return best;
}

inline CodedParts coded_parts(const std::vector<std::uint32_t>& x) {
  CodedParts parts;
  parts.codes.resize((x.size() + 63) / 64 * 24);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t end = i + 512 < x.size() ? i + 512 : x.size();
    if (i % 512 == 0) parts.tops.push_back(static_cast<std::uint8_t>(best_top(x, i, end)));
    if (i % 16384 == 0) parts.offsets.push_back(parts.escapes.size());
    const unsigned exponent = exponent_at(x, i), top = parts.tops.back();
    const bool inside = exponent <= top && exponent + 6 >= top;
    const unsigned code = inside ? top - exponent : 7;
    for (std::size_t bit = 0; bit < 3; ++bit) {
      std::uint8_t& byte = parts.codes[i / 64 * 24 + 8 * bit + i % 64 / 8];
      byte = static_cast<std::uint8_t>(byte | (code >> bit & 1u) << i % 8);
    }
    parts.low.push_back(static_cast<std::uint16_t>(x[i] & 0xFFFFu));
    parts.high.push_back(static_cast<std::uint8_t>((x[i] >> 31 << 7) | (x[i] >> 16 & 127u)));
    if (!inside) parts.escapes.push_back(static_cast<std::uint8_t>(exponent));
  }
  parts.offsets.push_back(parts.escapes.size());
  return parts;
}

inline Bytes coded_by_hand(const std::vector<std::uint32_t>& x, const Shape& shape) {
  const CodedParts parts = coded_parts(x);
  Bytes bytes = header_by_hand(4, Dtype::float32, shape, parts.escapes.size());
  for (const std::uint64_t offset : parts.offsets) append_u64(bytes, offset);
  pad64(bytes);
  append(bytes, parts.tops);
  pad64(bytes);
  append(bytes, parts.codes);
  pad64(bytes);
  append(bytes, parts.low);
  pad64(bytes);
  append(bytes, parts.high);
  pad64(bytes);
  append(bytes, parts.escapes);
  return bytes;
}

// As CodedPack: coded or dense, whichever is smaller.
inline Blob pack_coded(const std::vector<std::uint32_t>& x, const Shape& shape, const Kernels& kernels,
                       const Workers& workers) {
  std::vector<std::uint64_t> offsets(blocks_of(shape.count) + 1);
  Bytes tops(windows_of(shape.count));
  measure_blocks(x.data(), shape.count, kernels, workers, tops.data(), offsets.data());
  const Encoding encoding = coded_unless_dense(shape, offsets.back());
  Blob blob(layout_of(encoding, 4, shape, offsets.back()).total);
  std::memset(blob.data(), 0xA5, blob.size());
  if (encoding == Encoding::coded) {
    write_coded(x.data(), shape, tops.data(), offsets.data(), kernels, workers, blob.data());
  } else {
    write_dense(x.data(), Dtype::float32, shape, kernels, workers, blob.data());
  }
  return blob;
}

// Any signs and mantissas; exponents around `middle` as those of normally distributed numbers are, and of
// `wild` percent any.
inline std::vector<std::uint32_t> floats_around(unsigned middle, unsigned wild, std::size_t n, Rng& rng) {
  std::vector<std::uint32_t> x(n);
  for (std::uint32_t& element : x) {
    std::uint32_t exponent = middle;
    while (exponent > 0 && rng.chance(50)) --exponent;
    if (rng.chance(wild)) exponent = static_cast<std::uint32_t>(rng.below(256));
    element = (static_cast<std::uint32_t>(rng.next()) & 0x807FFFFFu) | exponent << 23;
  }
  return x;
}

}  // namespace bitgraph::test
