// The held form of a stash: one self-describing blob of bytes, and its readers and writers.
//
// All numbers are little endian.
//
//   bytes 0-3    "BGH1"
//   byte  4      encoding
//   byte  5      dtype of the tensor (Dtype)
//   byte  6      rank, 0 to 8
//   byte  7      0
//   bytes 8-15   stored: values in the value section (dense, index: elements; bitmap: non-zeros; coded:
//                escapes; bits: 0)
//   8 * rank     dims
//   zeros up to a multiple of 64, where the payload starts:
//
//   dense   the elements
//   bits    one bit an element, least significant first, padding bits zero
//   index   one byte an element
//   bitmap  u64 offsets[blocks + 1]: non-zeros before each block of 16384 elements, then their total;
//           zeros up to a multiple of 64; one bit an element (not all its bits zero) as in `bits`; zeros up
//           to a multiple of 64; the non-zero elements in order
//   coded   float32 only, of whose elements the parts are named in coded.h. Six sections, between which zeros
//           fill up to a multiple of 64:
//           u64 offsets[blocks + 1]: escapes before each block of 16384 elements, then their total;
//           u8 tops: for each 512 elements the largest exponent that has a code, at least 6;
//           for each 64 elements bit 0 of their codes (8 bytes, as in `bits`), then bit 1, then bit 2, where
//           code = top - exponent, or 7 where that is not 0 to 6: an escape; the bits past the end are 0;
//           u16 low: bits 0-15 of each element;
//           u8 high: its sign and bits 16-22;
//           u8 escapes: the exponents whose code is 7, in order
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

constexpr std::uint64_t kBlock = 16384;  // Elements that the offsets of bitmap and coded count together.

// Blocks that one worker takes at a time; a tensor of fewer elements stays on one thread.
constexpr std::uint64_t kBlocksPerTask = 4;
constexpr std::uint64_t kTask = kBlock * kBlocksPerTask;

// From this size on a whole tensor is written past the caches: it would only push out what is read next.
// (Measured at 32 MiB: a copy gains by half, unpacking by a quarter and more; packed values, which come in
// odd pieces, lose.)
constexpr std::uint64_t kStreamed = std::uint64_t{4} << 20;

constexpr std::uint64_t blocks_of(std::uint64_t count) { return count / kBlock + (count % kBlock != 0); }
constexpr std::uint64_t tasks_of(std::uint64_t count) { return count / kTask + (count % kTask != 0); }

// Where the sections of a blob begin, and its size: of use are those that the encoding has.
struct Layout {
  std::uint64_t offsets = 0, tops = 0, bits = 0, low = 0, high = 0, values = 0, total = 0;
};
Layout layout_of(Encoding encoding, std::size_t width, const Shape& shape, std::uint64_t stored);

// A blob as its readers see it.
struct Held {
  Encoding encoding = Encoding::dense;
  Dtype dtype = Dtype::undefined;
  std::size_t width = 0;
  Shape shape;
  std::uint64_t stored = 0;
  const std::uint64_t* offsets = nullptr;  // bitmap, coded
  const std::uint8_t* tops = nullptr;      // coded
  const std::uint8_t* bits = nullptr;      // bitmap, bits; coded: the codes
  const std::uint16_t* low = nullptr;      // coded
  const std::uint8_t* high = nullptr;      // coded
  const std::uint8_t* values = nullptr;    // dense, index, bitmap; coded: the escapes
};

// Checks everything but the bits: header, sizes, offsets, padding. Fills `held` when there is no problem.
Problem read_header(const std::uint8_t* blob, std::size_t size, Held& held);

// Checks the bits against the counts, block by block, and the padding bits.
Problem validate(const Held& held, const Kernels& kernels, const Workers& workers);

// Writes the header and the zeros up to the payload.
void write_header(Encoding encoding, Dtype dtype, const Shape& shape, std::uint64_t stored,
                  std::uint8_t* blob);

// The source interface: writes elements [begin, end) of a validated dense, bitmap, coded or (bool) bits blob.
void restore(const Held& held, const Kernels& kernels, std::uint64_t begin, std::uint64_t end, void* out);
// The same, shared among workers.
void restore_shared(const Held& held, const Kernels& kernels, const Workers& workers, std::uint64_t begin,
                    std::uint64_t end, void* out);
// All of them, shared among workers.
void restore_all(const Held& held, const Kernels& kernels, const Workers& workers, void* out);

// Counts the non-zeros before each block of x: offsets[blocks + 1], of which the last is their total.
void count_blocks(const void* x, std::size_t width, std::uint64_t count, const Kernels& kernels,
                  const Workers& workers, std::uint64_t* offsets);
// The same for y, the ReLU of x, which is written on the way, and one bit an element: y > 0. y may be x.
void relu_blocks(const float* x, std::uint64_t count, const Kernels& kernels, const Workers& workers,
                 float* y, std::uint8_t* bits, std::uint64_t* offsets);
// The better of bitmap and dense for a tensor with that many non-zeros: dense unless bitmap is smaller.
Encoding smaller_encoding(std::size_t width, const Shape& shape, std::uint64_t nonzeros);
// Writes a bitmap blob of layout_of(bitmap, ...).total bytes.
void write_bitmap(const void* x, Dtype dtype, const Shape& shape, const std::uint64_t* offsets,
                  const Kernels& kernels, const Workers& workers, std::uint8_t* blob);
// The first sweep of coded: the top of each window, and the escapes before each block as in count_blocks.
void measure_blocks(const std::uint32_t* x, std::uint64_t count, const Kernels& kernels,
                    const Workers& workers, std::uint8_t* tops, std::uint64_t* offsets);
// The better of coded and dense for a float32 tensor with that many escapes: dense unless coded is smaller.
Encoding coded_unless_dense(const Shape& shape, std::uint64_t escapes);
// The second sweep: writes a coded blob of layout_of(coded, ...).total bytes.
void write_coded(const std::uint32_t* x, const Shape& shape, const std::uint8_t* tops,
                 const std::uint64_t* offsets, const Kernels& kernels, const Workers& workers,
                 std::uint8_t* blob);
// Writes a dense blob.
void write_dense(const void* x, Dtype dtype, const Shape& shape, const Kernels& kernels,
                 const Workers& workers, std::uint8_t* blob);
// Copies n bytes, shared among workers; nothing to do when out is x.
void copy_bytes(const void* x, std::uint64_t n, const Kernels& kernels, const Workers& workers, void* out);

}  // namespace bitgraph
