// The input is the text of a program. It is refused with a line, or every index in what was read points at
// something.
#include "fuzz.h"
#include "stream/program.h"

namespace bitgraph::fuzz {

namespace {

using namespace stream;

void check_node(const Program& program, const Node& node, std::size_t i) {
  require(!node.op.empty() && node.output_count > 0, "a node has an operator and results");
  require(node.input_count <= kMaxArguments && node.output_count <= kMaxResults,
          "few arguments, few results");
  for (std::size_t k = 0; k < kMaxArguments; ++k) {
    const std::size_t value = node.inputs[k];
    require(value == kNone || (k < node.input_count && value < node.outputs[0]), "arguments are made before");
  }
  for (std::size_t k = 0; k < node.output_count; ++k) {
    require(program.values[node.outputs[k]].maker == i, "a result has its maker");
  }
  require(node.first_attribute + node.attribute_count <= program.attribute_count, "attributes are there");
  for (std::size_t k = 0; k < node.attribute_count; ++k) {
    const Attribute& attribute = program.attributes[node.first_attribute + k];
    require(attribute.first + attribute.count <= program.integer_count, "a list is there");
  }
}

void check(std::string_view text) {
  static Program program;  // Large.
  const Problem problem = parse(text, program);
  if (problem) {
    const std::string_view told = problem.text();
    require(told.substr(0, 5) == "line " || text.size() > kMaxText, "a line is told");
    return;
  }
  require(program.node_count <= kMaxNodes && program.value_count <= kMaxValues, "few nodes, few values");
  for (std::size_t i = 0; i < program.node_count; ++i) check_node(program, program.nodes[i], i);
  for (std::size_t i = 0; i < program.output_count; ++i) {
    const Value& value = program.values[program.outputs[i].value];
    require(value.output == i && value.maker < program.node_count, "an output is made by a node");
  }
}

}  // namespace

}  // namespace bitgraph::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const bitgraph::fuzz::Exact<char> text(data, size);
  bitgraph::fuzz::check({text.data(), text.size()});
  return 0;
}
