// Max pooling's positions as one byte each: where in its window the maximum was.
//
// A pool of one to three spatial axes is written as three axes, the missing ones in front and of size 1. A
// code counts the window's cells row-major: code = (k0 * kernel[1] + k1) * kernel[2] + k2. Cell k of the
// window at output position o lies at o * stride - pad + k * dilation on each axis.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bitgraph/kernels.h"
#include "bitgraph/problem.h"
#include "bitgraph/workers.h"

namespace bitgraph {

constexpr std::size_t kPoolAxes = 3;
constexpr std::int64_t kMaxCells = 255;
constexpr std::int64_t kSpan = 4096;
constexpr std::uint8_t kNoCell = 255;  // The code of a window without a maximum.

struct Pool {
  std::size_t axes = 0;  // Of the pool itself: the last ones of the three.
  std::int64_t input[kPoolAxes] = {1, 1, 1};
  std::int64_t kernel[kPoolAxes] = {1, 1, 1};
  std::int64_t stride[kPoolAxes] = {1, 1, 1};
  std::int64_t pad[kPoolAxes] = {0, 0, 0};      // At the beginning.
  std::int64_t pad_end[kPoolAxes] = {0, 0, 0};  // Decides only the shape.
  std::int64_t dilation[kPoolAxes] = {1, 1, 1};
  bool column_major = false;  // How places in a plane count, the pool's storage_order.

  std::int64_t output[kPoolAxes] = {1, 1, 1};  // Of one run: from the pooled tensor.
  std::uint64_t planes = 0;                    // Likewise: N * C.

  // Set by prepare().
  std::int64_t cells = 1;
  std::int64_t step[kPoolAxes] = {1, 1, 1};        // Elements from a place to the next one on that axis.
  std::int64_t extent[kPoolAxes] = {1, 1, 1};      // Of the window, with its dilation.
  std::int64_t offset[kMaxCells][kPoolAxes] = {};  // Of each cell from the window's corner.
  std::int64_t place[kMaxCells] = {};              // The same, in elements of the plane.
  std::uint8_t code_at[kSpan] = {};                // The reverse, kNoCell elsewhere; valid when `spans`.
  bool spans = false;
  // Where ONNX Runtime says that the maximum of a window without one is (all of it NaN, -infinity or
  // lowest()): position -1 on each axis, which is a place before the plane.
  std::int64_t no_place = -1;

  std::int64_t input_size() const { return input[0] * input[1] * input[2]; }
  std::int64_t output_size() const { return output[0] * output[1] * output[2]; }
};

// Checks the sizes and fills what depends on them.
Problem prepare(Pool& pool);

// The codes of a tensor of indices, which count through the whole input as MaxPool's do. A problem when an
// index is neither in its window nor the one of a window without a maximum.
Problem encode_indices(const Pool& pool, const std::int64_t* indices, const Workers& workers,
                       std::uint8_t* codes);

// The places that a pool has on one axis of its input: with `ceil` the last window may reach past the
// padding. A problem when there are none, or when the last one would not begin on the input: runtimes differ
// on that.
Problem pooled_size(const Pool& pool, std::size_t axis, bool ceil, std::int64_t& size);

// The maximum of each window and its code, as ONNX Runtime's MaxPool chooses them: the first cell that is
// greater than all before it and than lowest(), which NaN never is; lowest() and kNoCell where there is none.
// The pool is not column-major.
void max_pool(const Pool& pool, const float* x, const Kernels& kernels, const Workers& workers, float* y,
              std::uint8_t* codes);

// Checks that each code is a cell of its window and inside the input, or kNoCell; says if there is any
// kNoCell.
Problem check_codes(const Pool& pool, const std::uint8_t* codes, const Workers& workers, bool& any_without);

// dx = 0, then dx[place of code i] += dy[i], in the order of i, as ONNX Runtime's MaxPoolGrad does: a place
// that is NaN keeps that NaN. What belongs before the tensor's beginning is left out. The codes are checked
// before.
template <class T>
void scatter_codes(const Pool& pool, const T* dy, const std::uint8_t* codes, bool any_without,
                   const Workers& workers, T* dx);

}  // namespace bitgraph
