// Stream(input, ...) -> output, ...: what a small program computes, some rows of the batch at a time, so that
// its inner values never stand there for all of them.
//   program         text, see stream/program.h
//   rows_at_a_time  rows of a chunk; 0 or absent: chosen by the size of the inner values
//   keep            1: what a node reads in two phases is kept in between whatever its size; 0 or absent: if
//                   it is small, else it is computed twice
// A first output of rows may be written over an input 0 of rows. The bits are those of the same operators one
// by one over the whole batch.
//
// StreamPack(input, ...) -> rows, held, ...: the same with one to five held forms of its values, a bit an
// element.
#include "ops/op.h"
#include "ops/ops.h"
#include "stream/line_attributes.h"
#include "stream/run.h"

namespace bitgraph {

namespace {

struct Streamed {
  char text[stream::kMaxText + 1];
  std::int64_t rows_at_a_time = 0, keep = 0;
  stream::Program program;
  stream::Facts facts;
  stream::Runners runners;

  // With packs the first output alone is no held form; without it none is.
  Problem create(const Attributes& attributes, bool packs) {
    if (Problem problem = attributes.text("program", text, sizeof text)) return problem;
    if (attributes.integer("rows_at_a_time", rows_at_a_time)) rows_at_a_time = 0;
    if (rows_at_a_time < 0) {
      return Problem::say("attribute 'rows_at_a_time' is %lld, less than %d",
                          static_cast<long long>(rows_at_a_time), 0);
    }
    if (attributes.integer("keep", keep)) keep = 0;
    if (keep < 0 || keep > 1) {
      return Problem::say("attribute 'keep' is %lld, not 0 or %d", static_cast<long long>(keep), 1);
    }
    if (Problem problem = stream::parse(text, program)) return problem;
    if (Problem problem = stream::check(program, facts)) return problem;
    if (Problem problem = check_outputs(packs)) return problem;
    for (std::size_t i = 0; i < program.node_count; ++i) {
      if (Problem problem = make(attributes, i)) {
        return stream::at_line(program.nodes[i].line, "%.140s", problem.text());
      }
    }
    return {};
  }

  Problem check_outputs(bool packs) const {
    for (std::size_t i = 0; i < program.output_count; ++i) {
      const bool is_held = program.outputs[i].kind == stream::Kind::held;
      if (is_held == (packs && i != 0)) continue;
      return stream::at_line(program.outputs[i].line, "output %zu is %s, which this operator does not make",
                             i, stream::name_of(program.outputs[i].kind));
    }
    return {};
  }

  Problem make(const Attributes& attributes, std::size_t i) {
    const stream::Node& node = program.nodes[i];
    const stream::LineAttributes own(attributes, program, node);
    runners[i] = facts.operators[i]->make();
    if (runners[i] == nullptr) return Problem::say("out of memory");
    if (Problem problem = runners[i]->create(own, node.input_count, node.output_count)) return problem;
    return own.unread();
  }

  Problem compute(const Context& context) const {
    return stream::Run(context, program, facts, runners)
        .run(static_cast<std::uint64_t>(rows_at_a_time), keep == 1);
  }
};

struct Stream : Streamed {
  static constexpr OpTraits kTraits = {"Stream",          1,      {{Dtype::undefined}}, 1, {{Dtype::float32}},
                                       Sharing::in_place, {0, 0}, Variadic::both};

  Problem create(const Attributes& attributes) { return Streamed::create(attributes, false); }
};

struct StreamPack : Streamed {
  static constexpr Slot kHeld = {Dtype::uint8}, kMaybe = {Dtype::uint8, true};
  static constexpr OpTraits kTraits = {"StreamPack",
                                       1,
                                       {{Dtype::undefined}},
                                       6,
                                       {{Dtype::float32}, kHeld, kMaybe, kMaybe, kMaybe, kMaybe},
                                       Sharing::none,
                                       {0, 0},
                                       Variadic::inputs};

  Problem create(const Attributes& attributes) { return Streamed::create(attributes, true); }
};

}  // namespace

const ort::CustomOp* stream_pack_op() {
  static const CustomOpOf<StreamPack> op;
  return &op;
}

const ort::CustomOp* stream_op() {
  static const CustomOpOf<Stream> op;
  return &op;
}

}  // namespace bitgraph
