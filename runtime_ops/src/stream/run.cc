#include "stream/run.h"

namespace bitgraph::stream {

Problem Run::run(std::uint64_t rows_at_a_time, bool keep) {
  if (Problem problem = read_inputs()) return problem;
  if (Problem problem = find_shapes()) return problem;
  if (Problem problem = choose_chunks(rows_at_a_time, keep)) return problem;
  if (Problem problem = make_outputs()) return problem;
  if (batch_ == 0) return {};
  if (Problem problem = take_scratch()) return problem;
  return run_all();
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
  if (place.blob != nullptr) return {place.blob, place.shape, Dtype::uint8};
  if (program_.values[value].kind != Kind::rows) return {place.data, place.shape};
  Argument part = {place.data, place.shape};
  const std::uint64_t row = place.row(batch_), first = begin * row;
  part.shape.dims[0] = end - begin;
  part.shape.count = (end - begin) * row;
  if (place.data != nullptr) {
    part.data = place.data + first;
  } else if (place.piece != kNone) {
    part.data = memory_ + room_.begin_of(place.piece) + (place.is_kept ? first : first % kLine);
  }
  return part;
}

}  // namespace bitgraph::stream
