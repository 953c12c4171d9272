// Reading a blob that may be anything, as an operator does. It ends at a guard page, so that a read past it
// would stop the test.
#pragma once

#include "blobs.h"
#include "harness.h"

namespace bitgraph::test {

class BlobReader {
 public:
  // Reads the blob with each table; "" when it is accepted. All tables must agree.
  std::string read(const Bytes& bytes) {
    // Blobs are aligned to 8 bytes; what is left of the last word lies before the guard page.
    const std::size_t gap = (8 - bytes.size() % 8) % 8;
    std::uint8_t* blob = in_.place(bytes.size(), gap);
    if (!bytes.empty()) std::memcpy(blob, bytes.data(), bytes.size());
    std::string first;
    for (const Kernels* kernels : tables()) {
      const std::string text = read_with(*kernels, blob, bytes.size());
      if (kernels == tables().front()) first = text;
      expect(text == first, std::string("tables disagree: ") + first + " / " + text);
    }
    return first;
  }

 private:
  static constexpr std::size_t kRoom = 1 << 20;

  std::string read_with(const Kernels& kernels, const std::uint8_t* blob, std::size_t size) {
    Held held;
    if (Problem problem = read_header(blob, size, held)) return problem.text();
    if (Problem problem = validate(held, kernels, {})) return problem.text();
    if (held.encoding == Encoding::index) return "";
    if (held.encoding == Encoding::bits && held.dtype != Dtype::boolean) return "";
    const std::size_t bytes = held.shape.count * held.width;
    if (bytes > kRoom) return "";
    std::uint8_t* out = out_.place(bytes, (8 - bytes % 8) % 8);
    restore_all(held, kernels, {}, out);
    expect(out_.intact(), "wrote beside the output");
    return "";
  }

  Guarded<std::uint8_t> in_{kRoom}, out_{kRoom};
};

inline Bytes with(Bytes bytes, std::size_t at, std::initializer_list<unsigned> values) {
  for (const unsigned value : values) bytes[at++] = static_cast<std::uint8_t>(value);
  return bytes;
}

inline void refused(BlobReader& reader, const char* what, const Bytes& bytes) {
  expect(!reader.read(bytes).empty(), std::string("accepted: ") + what);
}

}  // namespace bitgraph::test
