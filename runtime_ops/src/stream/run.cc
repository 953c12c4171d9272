#include "stream/run.h"

#include <algorithm>
#include <cstring>

#include "ops/unpack.h"

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

Problem Run::run(std::uint64_t rows_at_a_time) {
  if (Problem problem = read_inputs()) return problem;
  if (Problem problem = find_shapes()) return problem;
  if (Problem problem = choose_chunks(rows_at_a_time)) return problem;
  if (Problem problem = make_outputs()) return problem;
  if (batch_ == 0) return {};
  if (Problem problem = take_scratch()) return problem;
  return run_all();
}

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

std::uint64_t Run::row_of_largest() const {
  std::uint64_t inner = 0, any = 0;
  for (std::size_t i = 0; i < program_.value_count; ++i) {
    if (program_.values[i].kind != Kind::rows) continue;
    const std::uint64_t row = places_[i].row(batch_);
    any = std::max(any, row);
    if (is_inner(i)) inner = std::max(inner, row);
  }
  return inner == 0 ? any : inner;
}

Problem Run::choose_chunks(std::uint64_t rows) {
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
  if (rows == 0) rows = kChunk / std::max<std::uint64_t>(row_of_largest(), 1);
  rows = splits ? std::min(std::max(rows, least), batch_) : batch_;
  // Alike in size, and none of fewer rows than the least.
  chunks_ = std::min((batch_ + rows - 1) / rows, std::max<std::uint64_t>(batch_ / least, 1));
  if (facts_.reducer == kNone) return {};
  const Node& node = program_.nodes[facts_.reducer];
  for (std::size_t k = 0; k < node.input_count; ++k) {
    if (node.inputs[k] != kNone && is_inner(node.inputs[k])) kept += places_[node.inputs[k]].shape.count;
  }
  at_once_ = at_once_ || chunks_ == 1 || kept <= kKept;
  for (std::size_t k = 0; k < node.input_count && at_once_; ++k) {
    if (node.inputs[k] != kNone && is_inner(node.inputs[k])) places_[node.inputs[k]].is_kept = true;
  }
  return {};
}

Problem Run::make_outputs() {
  for (std::size_t i = 0; i < program_.output_count; ++i) {
    Place& place = places_[program_.outputs[i].value];
    void* data = nullptr;
    if (Problem problem = context_.output(i, place.shape, data)) return problem;
    place.data = static_cast<const float*>(data);
    const std::size_t bytes = static_cast<std::size_t>(place.shape.count) * sizeof(float);
    if (batch_ == 0 && bytes != 0) std::memset(data, 0, bytes);
  }
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

Problem Run::run_all() {
  if (Problem problem = run_chunks(false)) return problem;
  if (facts_.reducer == kNone) return {};
  return at_once_ ? run_node(facts_.reducer, 0, batch_, Phase::whole) : run_chunks(true);
}

Problem Run::run_chunks(bool again) {
  for (std::uint64_t chunk = 0; chunk < chunks_; ++chunk) {
    const std::uint64_t begin = batch_ * chunk / chunks_, end = batch_ * (chunk + 1) / chunks_;
    for (std::size_t i = 0; i < program_.node_count; ++i) {
      const bool is_reducer = i == facts_.reducer;
      if (is_reducer ? at_once_ : again && !facts_.feeds_reducer[i]) continue;
      const Phase phase = again ? Phase::rest : Phase::sums;
      if (Problem problem = run_node(i, begin, end, phase)) return problem;
    }
  }
  return {};
}

Problem Run::run_node(std::size_t i, std::uint64_t begin, std::uint64_t end, Phase phase) {
  const Node& node = program_.nodes[i];
  Chunk chunk = {context_, begin, end, batch_, phase, {}, {}, nullptr, memory_};
  for (std::size_t k = 0; k < node.input_count; ++k) {
    if (node.inputs[k] != kNone) chunk.in[k] = part_of(node.inputs[k], begin, end);
  }
  if (program_.values[node.inputs[0]].kind == Kind::held) chunk.held = &places_[node.inputs[0]].held;
  bool is_empty = true;
  for (std::size_t k = 0; k < node.output_count; ++k) {
    chunk.out[k] = part_of(node.outputs[k], begin, end);
    is_empty = is_empty && chunk.out[k].shape.count == 0;
  }
  if (is_empty) return {};
  if (Problem problem = runners_[i]->run(chunk)) return at_line(node.line, "%.140s", problem.text());
  return {};
}

Argument Run::part_of(std::size_t value, std::uint64_t begin, std::uint64_t end) const {
  const Place& place = places_[value];
  if (program_.values[value].kind != Kind::rows) return {place.data, place.shape};
  Argument part = {place.data, place.shape};
  const std::uint64_t row = place.row(batch_), first = begin * row;
  part.shape.dims[0] = end - begin;
  part.shape.count = (end - begin) * row;
  if (place.data != nullptr) {
    part.data += first;
  } else if (place.piece != kNone) {
    part.data = memory_ + room_.begin_of(place.piece) + (place.is_kept ? first : first % kLine);
  }
  return part;
}

}  // namespace bitgraph::stream
