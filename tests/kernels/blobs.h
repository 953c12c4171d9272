// Blobs for the tests: written as the operators do, and by hand from the layout's description.
#pragma once

#include <cstring>
#include <vector>

#include "bitgraph/held.h"
#include "oracle.h"

namespace bitgraph::test {

// Aligned to 8 bytes, as ONNX Runtime's buffers are.
class Blob {
 public:
  explicit Blob(std::size_t size) : size_(size), words_((size + 7) / 8 + 1) {}
  explicit Blob(const Bytes& bytes) : Blob(bytes.size()) {
    if (!bytes.empty()) std::memcpy(data(), bytes.data(), bytes.size());
  }
  std::uint8_t* data() { return reinterpret_cast<std::uint8_t*>(words_.data()); }
  const std::uint8_t* data() const { return reinterpret_cast<const std::uint8_t*>(words_.data()); }
  std::size_t size() const { return size_; }
  Bytes bytes() const { return Bytes(data(), data() + size_); }

 private:
  std::size_t size_;
  std::vector<std::uint64_t> words_;
};

inline Shape shape_of(std::initializer_list<std::uint64_t> dims) {
  Shape shape;
  for (const std::uint64_t dim : dims) shape.dims[shape.rank++] = dim;
  set_count(shape);
  return shape;
}

// As BitmapPack: bitmap or dense, whichever is smaller.
inline Blob pack_tensor(const void* x, Dtype dtype, const Shape& shape, const Kernels& kernels,
                        const Workers& workers) {
  std::vector<std::uint64_t> offsets(blocks_of(shape.count) + 1);
  const std::size_t width = width_of(dtype);
  count_blocks(x, width, shape.count, kernels, workers, offsets.data());
  const Encoding encoding = smaller_encoding(width, shape, offsets.back());
  Blob blob(layout_of(encoding, width, shape, offsets.back()).total);
  std::memset(blob.data(), 0xA5, blob.size());
  if (encoding == Encoding::bitmap) {
    write_bitmap(x, dtype, shape, offsets.data(), kernels, workers, blob.data());
  } else {
    write_dense(x, dtype, shape, kernels, workers, blob.data());
  }
  return blob;
}

inline void append_u64(Bytes& bytes, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}
inline void pad64(Bytes& bytes) {
  while (bytes.size() % 64 != 0) bytes.push_back(0);
}

inline Bytes header_by_hand(unsigned encoding, Dtype dtype, const Shape& shape, std::uint64_t stored) {
  Bytes bytes = {'B',
                 'G',
                 'H',
                 '1',
                 static_cast<std::uint8_t>(encoding),
                 static_cast<std::uint8_t>(dtype),
                 static_cast<std::uint8_t>(shape.rank),
                 0};
  append_u64(bytes, stored);
  for (std::size_t i = 0; i < shape.rank; ++i) append_u64(bytes, shape.dims[i]);
  pad64(bytes);
  return bytes;
}

template <class U>
void append(Bytes& bytes, const std::vector<U>& values) {
  for (const U value : values) {
    for (std::size_t i = 0; i < sizeof(U); ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

template <class U>
Bytes bitmap_by_hand(const std::vector<U>& x, Dtype dtype, const Shape& shape) {
  const std::vector<bool> bits = nonzero(x.data(), x.size());
  const std::vector<U> values = kept(x.data(), x.size());
  Bytes bytes = header_by_hand(1, dtype, shape, values.size());
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (i % 16384 == 0) append_u64(bytes, before);
    before += bits[i];
  }
  append_u64(bytes, before);
  pad64(bytes);
  for (const std::uint8_t byte : bit_string(bits)) bytes.push_back(byte);
  pad64(bytes);
  append(bytes, values);
  return bytes;
}

template <class U>
Bytes dense_by_hand(const std::vector<U>& x, Dtype dtype, const Shape& shape) {
  Bytes bytes = header_by_hand(0, dtype, shape, x.size());
  append(bytes, x);
  return bytes;
}

}  // namespace bitgraph::test
