// The operators that a program is made of: one table.
#pragma once

#include <memory>
#include <new>
#include <utility>

#include "ops/invoke.h"
#include "stream/program.h"

namespace bitgraph::stream {

// A node that has sums over all rows in its result runs in two phases: `sums` over all chunks, then `rest`
// over all of them again; or once over the whole batch.
enum class Phase : std::uint8_t { whole, sums, rest };

// What a node works on: rows [begin, end) of the batch. Arguments that are left out have no data.
struct Chunk {
  const Context& context;
  std::uint64_t begin, end, batch;
  Phase phase;
  Argument in[kMaxArguments], out[kMaxResults];
  const Held* held;  // Of the first argument, where that is held. A held result is its whole blob.
  float* state;      // What is kept over the chunks; zeros before the first.

  bool is_whole() const { return end - begin == batch; }
};

inline float* memory_of(const Argument& output) { return const_cast<float*>(output.floats()); }

// A node made ready. Shapes are those of the whole batch; one that is left out is null.
class Runner {
 public:
  virtual ~Runner() = default;

  virtual Problem create(const Attributes& attributes, std::size_t inputs, std::size_t outputs) = 0;
  virtual Problem shapes(const Shape* const* in, Shape* out) const = 0;
  virtual Problem run(const Chunk& chunk) const = 0;

  // Whether chunks give the bits of the whole batch.
  virtual Problem splits(const Context& context, const Shape* const* in, bool& holds) const;
  // The rows that a chunk has at least, unless the batch has fewer.
  virtual std::uint64_t least_rows(const Shape* const*) const { return 1; }
  // Floats that are kept over the chunks.
  virtual std::size_t state_floats(const Shape* const*) const { return 0; }
};

// Null where there is no memory.
template <class Made, class... Arguments>
std::unique_ptr<Runner> made(Arguments&&... arguments) {
  return std::unique_ptr<Runner>(new (std::nothrow) Made(std::forward<Arguments>(arguments)...));
}

// Letters are arguments and results in order: r rows, h held, w whole, e either rows or whole; large ones may
// be left out.
struct Operator {
  std::string_view name;
  const char* inputs;
  const char* outputs;
  std::unique_ptr<Runner> (*make)();
  bool two_phases = false;
};

// Null for a name that is not in the table.
const Operator* find_operator(std::string_view name);

// For the table: one function a file.
std::unique_ptr<Runner> make_bitmap_unpack();
std::unique_ptr<Runner> make_mask_pack();
std::unique_ptr<Runner> make_conv();
std::unique_ptr<Runner> make_conv_grad();
std::unique_ptr<Runner> make_batch_norm_recompute();
std::unique_ptr<Runner> make_batch_norm_mask_grad();
std::unique_ptr<Runner> make_batch_norm_grad();
std::unique_ptr<Runner> make_relu();
std::unique_ptr<Runner> make_clip();
std::unique_ptr<Runner> make_sigmoid();
std::unique_ptr<Runner> make_hard_sigmoid();
std::unique_ptr<Runner> make_hard_swish();
std::unique_ptr<Runner> make_tanh();
std::unique_ptr<Runner> make_add();
std::unique_ptr<Runner> make_sub();
std::unique_ptr<Runner> make_mul();
std::unique_ptr<Runner> make_div();
std::unique_ptr<Runner> make_concat();

}  // namespace bitgraph::stream
