// The held form of a stash: one self-describing blob of bytes, and its readers and writers.
//
// All numbers are little endian.
//
//   bytes 0-3    "BGH1"
//   byte  4      encoding
//   byte  5      dtype of the tensor (Dtype)
//   byte  6      rank, 0 to 8
//   byte  7      0
//   bytes 8-15   stored: values in the value section (dense, index: elements; bitmap: non-zeros; bits: 0)
//   8 * rank     dims
//   zeros up to a multiple of 64, where the payload starts:
//
//   dense   the elements
//   bits    one bit an element, least significant first, padding bits zero
//   index   one byte an element
//   bitmap  u64 offsets[blocks + 1]: non-zeros before each block of 16384 elements, then their total;
//           zeros up to a multiple of 64; one bit an element (not all its bits zero) as in `bits`; zeros up
//           to a multiple of 64; the non-zero elements in order
//
// The blob ends right after the payload. Reading is bounded: read_header and validate reject everything else
// before anything is written. A view points into the blob, which must outlive it and be aligned to 8 bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bitgraph/dtypes.h"
#include "bitgraph/kernels.h"
#include "bitgraph/problem.h"
#include "bitgraph/shape.h"
#include "bitgraph/workers.h"

namespace bitgraph {

enum class Encoding : std::uint8_t { dense = 0, bitmap = 1, bits = 2, index = 3, coded = 4 };

constexpr std::uint64_t kBlock = 16384;  // Elements that a bitmap's offsets count together.

// Blocks that one worker takes at a time; a tensor of fewer elements stays on one thread.
constexpr std::uint64_t kBlocksPerTask = 4;
constexpr std::uint64_t kTask = kBlock * kBlocksPerTask;

// From this size on a whole tensor is written past the caches: it would only push out what is read next.
// (Measured at 32 MiB: a copy gains by half, unpacking by a quarter and more; packed values, which come in
// odd pieces, lose.)
constexpr std::uint64_t kStreamed = std::uint64_t{4} << 20;

constexpr std::uint64_t blocks_of(std::uint64_t count) { return count / kBlock + (count % kBlock != 0); }
constexpr std::uint64_t tasks_of(std::uint64_t count) { return count / kTask + (count % kTask != 0); }

// Where the sections of a blob begin, and its size. offsets and bits are of use to bitmap only.
struct Layout {
  std::uint64_t offsets = 0, bits = 0, values = 0, total = 0;
};
Layout layout_of(Encoding encoding, std::size_t width, const Shape& shape, std::uint64_t stored);

// A blob as its readers see it.
struct Held {
  Encoding encoding = Encoding::dense;
  Dtype dtype = Dtype::undefined;
  std::size_t width = 0;
  Shape shape;
  std::uint64_t stored = 0;
  const std::uint64_t* offsets = nullptr;  // bitmap
  const std::uint8_t* bits = nullptr;      // bitmap, bits
  const std::uint8_t* values = nullptr;    // dense, index, bitmap
};

// Checks everything but the bits: header, sizes, offsets, padding. Fills `held` when there is no problem.
Problem read_header(const std::uint8_t* blob, std::size_t size, Held& held);

// Checks the bits against the counts, block by block, and the padding bits.
Problem validate(const Held& held, const Kernels& kernels, const Workers& workers);

// Writes the header and the zeros up to the payload.
void write_header(Encoding encoding, Dtype dtype, const Shape& shape, std::uint64_t stored,
                  std::uint8_t* blob);

// The source interface: writes elements [begin, end) of a validated dense, bitmap or (bool) bits blob.
void restore(const Held& held, const Kernels& kernels, std::uint64_t begin, std::uint64_t end, void* out);
// All of them, shared among workers.
void restore_all(const Held& held, const Kernels& kernels, const Workers& workers, void* out);

// Counts the non-zeros before each block of x: offsets[blocks + 1], of which the last is their total.
void count_blocks(const void* x, std::size_t width, std::uint64_t count, const Kernels& kernels,
                  const Workers& workers, std::uint64_t* offsets);
// The better of bitmap and dense for a tensor with that many non-zeros: dense unless bitmap is smaller.
Encoding smaller_encoding(std::size_t width, const Shape& shape, std::uint64_t nonzeros);
// Writes a bitmap blob of layout_of(bitmap, ...).total bytes.
void write_bitmap(const void* x, Dtype dtype, const Shape& shape, const std::uint64_t* offsets,
                  const Kernels& kernels, const Workers& workers, std::uint8_t* blob);
// Writes a dense blob.
void write_dense(const void* x, Dtype dtype, const Shape& shape, const Kernels& kernels,
                 const Workers& workers, std::uint8_t* blob);
// Copies n bytes, shared among workers; nothing to do when out is x.
void copy_bytes(const void* x, std::uint64_t n, const Kernels& kernels, const Workers& workers, void* out);

}  // namespace bitgraph
