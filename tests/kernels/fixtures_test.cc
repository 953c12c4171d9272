// The stored blobs of tests/fixtures: bytes that earlier versions wrote, decoded by every table. Beside each
// .held lies the .npy of what it holds, which the NumPy codecs are compared with too.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "blobs.h"
#include "harness.h"

namespace bitgraph::test {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> fixtures() {
  std::vector<fs::path> all;
  for (const auto& entry : fs::recursive_directory_iterator(BITGRAPH_FIXTURES)) {
    if (entry.path().extension() == ".held") all.push_back(entry.path());
  }
  return all;
}

Bytes read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// The elements of a .npy of version 1: what follows its header, whose length is in bytes 8 and 9.
Bytes elements_of(const fs::path& npy) {
  const Bytes bytes = read_file(npy);
  const std::size_t header = bytes.size() < 10 ? bytes.size() : 10u + bytes[8] + 256u * bytes[9];
  return Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end());
}

// Codes and bits are one byte an element, whatever the type of the tensor that they belong to.
Bytes held_elements(const Held& held, const Kernels& kernels) {
  if (held.encoding == Encoding::index) return Bytes(held.values, held.values + held.shape.count);
  Bytes out(held.shape.count * (held.encoding == Encoding::bits ? 1 : held.width));
  restore(held, kernels, 0, held.shape.count, out.data());
  return out;
}

}  // namespace

KERNEL_TEST(fixtures, decode) {
  for (const fs::path& path : fixtures()) {
    const Blob blob(read_file(path));
    const Bytes want = elements_of(fs::path(path).replace_extension(".npy"));
    for (const Kernels* kernels : tables()) {
      const std::string where = path.string() + " " + describe(*kernels);
      Held held;
      Problem problem = read_header(blob.data(), blob.size(), held);
      if (!problem) problem = validate(held, *kernels, {});
      expect(!problem, where + " " + problem.text());
      if (!problem) expect(held_elements(held, *kernels) == want, where);
    }
  }
}

KERNEL_TEST(fixtures, cover_encodings_and_widths) {
  std::set<std::pair<Encoding, std::size_t>> seen;
  for (const fs::path& path : fixtures()) {
    const Blob blob(read_file(path));
    Held held;
    if (!read_header(blob.data(), blob.size(), held) && held.shape.count > 1) {
      seen.emplace(held.encoding, held.width);
    }
  }
  const auto covered = [&seen](Encoding encoding, Sizes widths) {
    for (const std::size_t width : widths) {
      expect(seen.count({encoding, width}) == 1, "no fixture of encoding " +
                                                     std::to_string(static_cast<unsigned>(encoding)) +
                                                     ", width " + std::to_string(width));
    }
  };
  covered(Encoding::dense, {1, 2, 4, 8});
  covered(Encoding::bitmap, {1, 2, 4, 8});
  covered(Encoding::bits, {1, 2, 4, 8});
  covered(Encoding::index, {4, 8});
}

}  // namespace bitgraph::test
