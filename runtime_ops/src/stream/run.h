// One run of a program: the chunks of the batch, one after the other, each through all nodes.
#pragma once

#include "ops/scratch.h"
#include "stream/check.h"
#include "stream/room.h"

namespace bitgraph::stream {

using Runners = std::unique_ptr<Runner>[kMaxNodes];

class Run {
 public:
  Run(const Context& context, const Program& program, const Facts& facts, const Runners& runners)
      : context_(context),
        program_(program),
        facts_(facts),
        runners_(runners),
        scratch_(context),
        first_(context) {}

  // rows_at_a_time is 0 where the size of the chunks is to be chosen. With keep, what a second phase needs is
  // kept whatever its size.
  Problem run(std::uint64_t rows_at_a_time, bool keep);

 private:
  // A value over the whole batch. Without data it stands in the scratch memory: for the whole batch where it
  // is kept, else a chunk of it.
  struct Place {
    Shape shape;
    const float* data = nullptr;
    Held held;
    std::uint8_t* blob = nullptr;  // Of a held output.
    std::size_t piece = kNone;
    bool is_kept = false;

    std::uint64_t row(std::uint64_t batch) const { return batch == 0 ? 0 : shape.count / batch; }
  };

  Problem read_inputs();
  Problem find_shapes();
  Problem check_results(std::size_t node) const;
  Problem choose_chunks(std::uint64_t rows_at_a_time, bool keep);
  Problem make_outputs();
  Problem make_bits(std::size_t output, Place& place);
  Problem part_first();
  Problem take_scratch();
  Problem run_all();
  Problem run_chunks(bool again);
  Problem run_node(std::size_t node, std::uint64_t begin, std::uint64_t end, Phase phase);

  void gather(const Node& node, const Shape** shapes) const;
  bool is_inner(std::size_t value) const;
  std::uint64_t choose_rows() const;
  Argument part_of(std::size_t value, std::uint64_t begin, std::uint64_t end) const;

  const Context& context_;
  const Program& program_;
  const Facts& facts_;
  const Runners& runners_;
  Scratch scratch_, first_;
  float* memory_ = nullptr;
  Room room_;
  Place places_[kMaxValues];
  std::uint64_t batch_ = 0, chunks_ = 1;
  bool at_once_ = false;  // The reducer takes the whole batch.
};

}  // namespace bitgraph::stream
