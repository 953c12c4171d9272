// The table of kernels: one for each instruction set, the same functions in the same order.
//
// Contract of every kernel: pointers to n elements, n >= 0 and any alignment that the element type allows;
// nothing is read or written past the ends; nothing is allocated, thrown or printed. A bit string holds
// element i in byte i / 8, bit i % 8, least significant first; its ceil(n / 8) bytes are all written and the
// padding bits are zero. The scalar kernels are the specification: every other table gives the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>

#include "bitgraph/batch_norm.h"
#include "bitgraph/coded.h"
#include "bitgraph/dtypes.h"
#include "bitgraph/layer_norm.h"
#include "bitgraph/problem.h"

namespace bitgraph {

// U is the unsigned integer as wide as the element: these kernels see bits, so -0.0 and NaN are non-zero.
template <class U>
struct WidthKernels {
  // Number of elements whose bits are not all zero.
  std::size_t (*count_nonzero)(const U* x, std::size_t n);
  // Writes one bit an element (not all zero) and the `count` non-zero elements in order.
  void (*pack)(const U* x, std::size_t n, std::uint8_t* bits, U* values, std::size_t count);
  // The reverse: each set bit takes the next value, the rest is zero. bits must have `count` bits set.
  void (*unpack)(const std::uint8_t* bits, std::size_t n, const U* values, std::size_t count, U* x);
  // The same past the caches where the instruction set can and x starts a line: for what is too large to be
  // found there again.
  void (*unpack_streamed)(const std::uint8_t* bits, std::size_t n, const U* values, std::size_t count, U* x);
  // dx = bit ? dy : 0. dx may be dy.
  void (*select)(const U* dy, const std::uint8_t* bits, std::size_t n, U* dx);
};

template <class T>
struct FloatKernels {
  // Bit = x > 0; NaN gives 0.
  void (*positive)(const T* x, std::size_t n, std::uint8_t* bits);
  // Bit = low <= x <= high; NaN gives 0.
  void (*within)(const T* x, std::size_t n, T low, T high, std::uint8_t* bits);
  // dx = dy * (bit ? 1 : 0), as a floating-point product: signs of zero and NaN as it gives them. dx may be
  // dy.
  void (*multiply)(const T* dy, const std::uint8_t* bits, std::size_t n, T* dx);
};

// On a run of one channel. The value of x is what the channel makes of it (bitgraph/batch_norm.h).
struct BatchNormKernels {
  // y = value of x, brought into the range. y may be x.
  void (*recompute)(const float* x, std::size_t n, Affine channel, Range range, float* y);
  // dx = value of x > 0 ? dy : +0. dx may be dy.
  void (*relu_grad)(const float* dy, const float* x, std::size_t n, Affine channel, float* dx);
  // dx = dy * (low <= value of x <= high ? 1 : 0), as a floating-point product. dx may be dy.
  void (*clip_grad)(const float* dy, const float* x, std::size_t n, Affine channel, Range range, float* dx);
  // For `count` planes, one behind the other, of as many channels. Before anything else dy is masked. No sum
  // is the same in another order: the order is that of ONNX Runtime's own gradient
  // (src/masked.h). With NaN of several payloads in a plane it is open which of them comes
  // out.
  //   scale += sum of ((x - mean) * inv_std) * dy;  bias += sum of dy
  void (*add_sums)(const float* dy, const float* x, std::size_t plane, std::size_t count, std::size_t ahead,
                   const GradientChannel* channels, Activation activation, ChannelSums* sums);
  //   dx = factor * (((dy * N) * plane - bias) - ((x - mean) * scale) * inv_std). dx may be dy.
  void (*input_grad)(const float* dy, const float* x, std::size_t plane, std::size_t count, std::size_t ahead,
                     const GradientChannel* channels, Activation activation, float samples,
                     const ChannelSums* sums, float* dx);
};

// On one row (bitgraph/layer_norm.h). With NaN of several payloads in a sum it is open which comes out.
struct LayerNormKernels {
  //   dscale += dy * ((x - mean) * inv_std);  dbias += dy
  void (*add_row)(const NormRow& row, RowPlace place, const ColumnSums& dscale, const ColumnSums& dbias);
  //   own = (dy * scale) * inv_std;  normal = (x - mean) * inv_std
  //   dx = (own - mean of own) - normal * mean of (own * normal). dx may be dy.
  // The means are of sums in the order of sum_of in src/masked.h, whose lanes begin at `head`.
  void (*row_grad)(const NormRow& row, const float* scale, std::size_t head, float* dx);
};

// Dropout (bitgraph/dropout.h).
struct DropoutKernels {
  // Bit = number of the element >= smallest; the first element has this number, each other one the next.
  void (*draw)(std::uint32_t number, std::size_t n, std::uint32_t smallest, std::uint8_t* bits);
  // y = x * (bit ? 1 : 0) / kept. y may be x.
  void (*drop)(const float* x, const std::uint8_t* bits, std::size_t n, float kept, float* y);
};

// Neighboring windows of a pool that lie wholly on the input.
struct Windows {
  const float* x;  // The corner of the first.
  std::size_t count;
  std::int64_t step;          // From one corner to the next, in elements; at least 1.
  const std::int64_t* cells;  // Of each cell: its place, counted from the corner. They ascend.
  std::size_t cell_count;     // At most 255.
};

struct Kernels {
  const char* isa;
  // y = x < 0 ? 0 : x, so that -0.0 and NaN pass; bit = y > 0. Returns the number of y whose bits are not all
  // zero. y may be x.
  std::size_t (*relu)(const float* x, std::size_t n, float* y, std::uint8_t* bits);
  // y = the first cell of each window that is greater than all before it and than lowest(), code = its
  // number; lowest() and 255 where there is none.
  void (*max_window)(const Windows& windows, float* y, std::uint8_t* codes);
  // Copies past the caches where the instruction set can: for what is too large to be found there again.
  void (*stream)(const std::uint8_t* x, std::size_t bytes, std::uint8_t* out);
  // Number of set bits.
  std::size_t (*popcount)(const std::uint8_t* bits, std::size_t bytes);
  // Bit = byte is not zero.
  void (*pack_bools)(const std::uint8_t* x, std::size_t n, std::uint8_t* bits);
  // Byte = bit, 0 or 1.
  void (*unpack_bools)(const std::uint8_t* bits, std::size_t n, std::uint8_t* x);
  std::tuple<WidthKernels<std::uint8_t>, WidthKernels<std::uint16_t>, WidthKernels<std::uint32_t>,
             WidthKernels<std::uint64_t>>
      widths;
  std::tuple<FloatKernels<float>, FloatKernels<double>, FloatKernels<Float16>, FloatKernels<Bfloat16>> floats;
  BatchNormKernels batch_norm;
  LayerNormKernels layer_norm;
  DropoutKernels dropout;
  CodedKernels coded;

  template <class U>
  const WidthKernels<U>& width() const {
    return std::get<WidthKernels<U>>(widths);
  }
  template <class T>
  const FloatKernels<T>& floating() const {
    return std::get<FloatKernels<T>>(floats);
  }
};

// One instruction set; kernels is null where this processor or system does not support it.
struct Isa {
  const char* name;
  const Kernels* kernels = nullptr;
  bool compiled = false;  // Else it is another architecture's.
};

// Best first, ending with scalar.
struct IsaList {
  static constexpr std::size_t kSize = 4;
  Isa isas[kSize];
};
IsaList list_isas();

// Makes `name` the table in use, or the best supported one for null or "". Call before active_kernels().
Problem choose_kernels(const char* name);

// The table in use. The best supported one if none was chosen.
const Kernels& active_kernels();

}  // namespace bitgraph
