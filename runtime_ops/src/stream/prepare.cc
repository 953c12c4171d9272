// What stands before the chunks: inputs, shapes, the size of a chunk, and memory.
#include <algorithm>
#include <cstring>

#include "ops/unpack.h"
#include "stream/run.h"

namespace bitgraph::stream {

namespace {

// Floats of the largest value of a chunk: what a cache can hold beside the other values.
constexpr std::uint64_t kChunk = std::uint64_t{128} << 10;
// Floats that are kept rather than computed again for a second phase.
constexpr std::uint64_t kKept = std::uint64_t{1} << 20;

Problem prefixed(const Value& value, const Problem& problem) {
  const Shown name = shown(value.name);
  return Problem::say("'%.*s': %.140s", name.size, name.data, problem.text());
}

}  // namespace

Problem Run::read_inputs() {
  std::size_t inputs = 0, outputs = 0;
  if (Problem problem = context_.count(inputs, outputs)) return problem;
  if (inputs != program_.input_count || outputs != program_.output_count) {
    return Problem::say("the node has %zu inputs and %zu outputs, its program %zu and %zu", inputs, outputs,
                        program_.input_count, program_.output_count);
  }
  for (std::size_t i = 0; i < inputs; ++i) {
    Place& place = places_[i];
    const Value& value = program_.values[i];
    if (value.kind == Kind::held) {
      const Problem problem = held_tensor(context_, i, Dtype::float32, kAnyTensor, place.held);
      if (problem) return prefixed(value, problem);
      place.shape = place.held.shape;
    } else {
      Tensor tensor;
      if (Problem problem = context_.input(i, tensor)) return problem;
      if (!tensor.present || tensor.dtype != Dtype::float32) {
        return prefixed(
            value, Problem::say("input %zu has element type %u, type %u is needed", i,
                                static_cast<unsigned>(tensor.dtype), static_cast<unsigned>(Dtype::float32)));
      }
      place.shape = tensor.shape;
      place.data = tensor.as<float>();
    }
    if (value.kind == Kind::whole) continue;
    if (i == 0 && place.shape.rank != 0) batch_ = place.shape.dims[0];
    if (place.shape.rank == 0 || place.shape.dims[0] != batch_) {
      return prefixed(value,
                      Problem::say("rank %zu and %llu rows, the first input has %llu", place.shape.rank,
                                   static_cast<unsigned long long>(place.shape.dims[0]),
                                   static_cast<unsigned long long>(batch_)));
    }
  }
  return {};
}

void Run::gather(const Node& node, const Shape** shapes) const {
  for (std::size_t k = 0; k < kMaxArguments; ++k) {
    shapes[k] = node.inputs[k] == kNone ? nullptr : &places_[node.inputs[k]].shape;
  }
}

Problem Run::find_shapes() {
  for (std::size_t i = 0; i < program_.node_count; ++i) {
    const Node& node = program_.nodes[i];
    const Shape* in[kMaxArguments];
    Shape out[kMaxResults];
    gather(node, in);
    if (Problem problem = runners_[i]->shapes(in, out)) return at_line(node.line, "%.140s", problem.text());
    for (std::size_t k = 0; k < node.output_count; ++k) places_[node.outputs[k]].shape = out[k];
    if (Problem problem = check_results(i)) return problem;
  }
  return {};
}

// What is repeated along other axes must not be along the batch.
Problem Run::check_results(std::size_t i) const {
  const Node& node = program_.nodes[i];
  const Shape& result = places_[node.outputs[0]].shape;
  for (std::size_t k = 0; k < node.input_count; ++k) {
    if (facts_.operators[i]->inputs[k] != 'e') continue;
    const Shape& argument = places_[node.inputs[k]].shape;
    const bool is_long = argument.rank == result.rank;
    const bool is_rows = program_.values[node.inputs[k]].kind == Kind::rows;
    if (is_rows ? is_long && result.dims[0] == batch_ : !is_long || argument.dims[0] == 1) continue;
    return at_line(node.line, "argument %zu of rank %zu would be repeated along the batch", k, argument.rank);
  }
  return {};
}

// A value of rows that is no input and no output.
bool Run::is_inner(std::size_t value) const {
  const Value& made = program_.values[value];
  return made.maker != kNone && made.kind == Kind::rows && made.output == kNone;
}

// Chosen by the largest inner value; without any there is nothing to gain.
std::uint64_t Run::choose_rows() const {
  std::uint64_t row = 0;
  for (std::size_t i = 0; i < program_.value_count; ++i) {
    if (is_inner(i)) row = std::max(row, places_[i].row(batch_));
  }
  return row == 0 ? batch_ : kChunk / row;
}

Problem Run::choose_chunks(std::uint64_t rows, bool keep) {
  if (batch_ == 0) return {};
  std::uint64_t least = 1, kept = 0;
  bool splits = true;
  for (std::size_t i = 0; i < program_.node_count; ++i) {
    const Shape* in[kMaxArguments];
    gather(program_.nodes[i], in);
    bool holds = false;
    if (Problem problem = runners_[i]->splits(context_, in, holds)) {
      return at_line(program_.nodes[i].line, "%.140s", problem.text());
    }
    least = std::max(least, runners_[i]->least_rows(in));
    if (i == facts_.reducer) {
      at_once_ = !holds;
    } else {
      splits = splits && holds;
    }
  }
  if (rows == 0) rows = choose_rows();
  rows = splits ? std::min(std::max(rows, least), batch_) : batch_;
  // Alike in size, and none of fewer rows than the least.
  chunks_ = std::min((batch_ + rows - 1) / rows, std::max<std::uint64_t>(batch_ / least, 1));
  if (facts_.reducer == kNone) return {};
  const Node& node = program_.nodes[facts_.reducer];
  for (std::size_t k = 0; k < node.input_count; ++k) {
    if (node.inputs[k] != kNone && is_inner(node.inputs[k])) kept += places_[node.inputs[k]].shape.count;
  }
  at_once_ = at_once_ || chunks_ == 1 || keep || kept <= kKept;
  for (std::size_t k = 0; k < node.input_count && at_once_; ++k) {
    if (node.inputs[k] != kNone && is_inner(node.inputs[k])) places_[node.inputs[k]].is_kept = true;
  }
  return {};
}

Problem Run::make_outputs() {
  for (std::size_t i = 0; i < program_.output_count; ++i) {
    Place& place = places_[program_.outputs[i].value];
    if (program_.outputs[i].kind == Kind::held) {
      if (Problem problem = make_bits(i, place)) return problem;
      continue;
    }
    void* data = nullptr;
    if (Problem problem = context_.output(i, place.shape, data)) return problem;
    place.data = static_cast<const float*>(data);
    const std::size_t bytes = static_cast<std::size_t>(place.shape.count) * sizeof(float);
    if (batch_ == 0 && bytes != 0) std::memset(data, 0, bytes);
  }
  return part_first();
}

// A held form of known size: a bit an element.
Problem Run::make_bits(std::size_t i, Place& place) {
  const Layout layout = layout_of(Encoding::bits, sizeof(float), place.shape, 0);
  if (Problem problem = context_.output_blob(i, layout.total, place.blob)) return problem;
  write_header(Encoding::bits, Dtype::float32, place.shape, 0, place.blob);
  return {};
}

// The runtime may give the first output the memory of the first input wherever their dims are the same. Rows
// may lie over rows, but not a sum over what it is made of.
Problem Run::part_first() {
  const Place& sum = places_[program_.outputs[0].value];
  if (program_.outputs[0].kind != Kind::whole || sum.data != places_[0].data || batch_ == 0) return {};
  const auto floats = static_cast<std::size_t>(places_[0].shape.count);
  float* copy = nullptr;
  if (Problem problem = first_.take(floats, copy)) return problem;
  std::memcpy(copy, places_[0].data, floats * sizeof(float));
  places_[0].data = copy;
  return {};
}

// What the reducer keeps has memory of its own; the values of a chunk share theirs. Each has the alignment
// that it would have as a tensor of the whole batch, since the sums of some kernels depend on it.
Problem Run::take_scratch() {
  std::uint64_t state = 0;
  if (facts_.reducer != kNone && !at_once_) {
    const Shape* in[kMaxArguments];
    gather(program_.nodes[facts_.reducer], in);
    state = runners_[facts_.reducer]->state_floats(in);
  }
  const std::uint64_t longest = (batch_ + chunks_ - 1) / chunks_;
  for (const bool is_kept : {true, false}) {
    for (std::size_t i = 0; i < program_.value_count; ++i) {
      Place& place = places_[i];
      if (!is_inner(i) || place.is_kept != is_kept) continue;
      // As if made first and read last: in every chunk the others come before and after.
      place.piece = is_kept ? room_.place(place.shape.count, 0, kNone)
                            : room_.place(place.row(batch_) * longest + kLine, program_.values[i].maker,
                                          facts_.last_reader[i]);
    }
  }
  const std::uint64_t floats = room_.lay_out(whole_lines(state));
  if (floats == 0) return {};
  if (Problem problem = scratch_.take(static_cast<std::size_t>(floats), memory_)) return problem;
  if (state != 0) std::memset(memory_, 0, static_cast<std::size_t>(state) * sizeof(float));
  return {};
}

}  // namespace bitgraph::stream
