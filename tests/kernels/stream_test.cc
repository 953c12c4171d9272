// Programs of Stream: what is read, what is refused and with which words; and the room of inner values.
#include <limits>
#include <memory>

#include "harness.h"
#include "stream/program.h"
#include "stream/room.h"

namespace bitgraph::test {

namespace {

using namespace stream;

const char* const kGood =
    "stream (rows dy, held q, whole w_0) => (rows dx, whole dw) {\n"
    "  x = BitmapUnpack (q)\n"
    "  y = Clip <low = -1.5e-3, high = inf, lowest = -inf, mode = \"a b\", list = [1, -2, 3], empty = [],\n"
    "            n = -9223372036854775808> (x, '', w_0)\n"
    "  dx, dw, '' = ConvGrad (dy, y)\n"
    "}\n";

// On the heap: it is large.
std::unique_ptr<Program> parsed(const std::string& text, std::string& problem) {
  auto program = std::make_unique<Program>();
  problem = parse(text, *program).text();
  return program;
}

void refused(const std::string& text, const std::string& expected) {
  std::string problem;
  parsed(text, problem);
  expect(problem == expected, "'" + problem + "' instead of '" + expected + "'");
}

std::string body(const std::string& lines) { return "stream (rows a) => (rows b) {\n" + lines + "\n}\n"; }

std::string repeated(const std::string& text, std::size_t times, const std::string& between) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) {
    std::string each = text;
    for (std::size_t at = 0; (at = each.find('#')) != std::string::npos;)
      each.replace(at, 1, std::to_string(i));
    all += (i == 0 ? "" : between) + each;
  }
  return all;
}

}  // namespace

KERNEL_TEST(stream, reads_every_part) {
  std::string problem;
  const std::string text = kGood;
  const std::unique_ptr<Program> program = parsed(text, problem);
  expect(problem.empty(), problem);
  expect(program->input_count == 3 && program->output_count == 2 && program->node_count == 3, "counts");
  expect(program->values[1].name == "q" && program->values[1].kind == Kind::held, "an input");
  expect(program->outputs[1].name == "dw" && program->outputs[1].kind == Kind::whole, "an output");
  const Node& clip = program->nodes[1];
  expect(clip.op == "Clip" && clip.line == 3 && clip.input_count == 3, "a node");
  expect(clip.inputs[0] == 3 && clip.inputs[1] == kNone && clip.inputs[2] == 2, "its arguments");
  expect(clip.inputs[3] == kNone, "an argument that is not there");
  const Attribute* attributes = program->attributes + clip.first_attribute;
  expect(clip.attribute_count == 7 && attributes[0].number == -1.5e-3f, "a float");
  expect(attributes[1].number > 3e38f && attributes[2].number < -3e38f, "infinite floats");
  expect(attributes[3].type == AttributeType::text && attributes[3].text == "a b", "a text");
  expect(attributes[4].count == 3 && program->integers[attributes[4].first + 1] == -2, "a list");
  expect(attributes[5].type == AttributeType::integers && attributes[5].count == 0, "an empty list");
  expect(attributes[6].integer == std::numeric_limits<std::int64_t>::min(), "an integer");
  const Node& gradient = program->nodes[2];
  expect(gradient.output_count == 3 && program->values[gradient.outputs[2]].name.empty(), "no name");
  expect(program->values[gradient.outputs[0]].output == 0 && program->outputs[0].value == gradient.outputs[0],
         "an output is what its maker made");
}

KERNEL_TEST(stream, names_line_and_what) {
  refused("", "line 1: the text ends where stream should be");
  refused("graph", "line 1: 'graph' stands where stream should be");
  refused("stream (rows a)", "line 1: the text ends where => should be");
  refused("stream (ros a) => ", "line 1: 'ros' stands where rows, held or whole should be");
  refused("stream (rows a, rows a) => (", "line 1: 'a' is made twice");
  refused("stream (rows a) => (rows a) {}", "line 1: output 'a' is made by no node");
  refused(body("b = Relu (c)"), "line 2: 'c' stands where a value that is made before should be");
  refused(body("b = Relu (b)"), "line 2: 'b' stands where a value that is made before should be");
  refused(body("a = Relu (a)"), "line 2: 'a' is made twice");
  refused(body("\nb Relu (a)"), "line 3: 'Relu' stands where = should be");
  refused(body("b = Relu <x> (a)"), "line 2: '>' stands where = should be");
  refused(body("b = Relu <x = y> (a)"),
          "line 2: 'y' stands where an integer, a float, a list of integers or a \"text\" should be");
  refused(body("b = Relu <x = [1.0]> (a)"), "line 2: '1.0' stands where an integer should be");
  refused(body("b = Relu <x = 1, x = 2> (a)"), "line 2: attribute 'x' is there twice");
  refused(body("b = Relu <x = \"1> (a)"), "line 2: a text has no closing quote");
  refused(body("b = Relu <x = 1.2.3> (a)"), "line 2: '1.2.3' is no float of 32 bits");
  refused(body("b = Relu <x = 1e39> (a)"), "line 2: '1e39' is no float of 32 bits");
  refused(body("b = Relu <x = 9223372036854775808> (a)"),
          "line 2: '9223372036854775808' is no integer of 64 bits");
  refused(body("b = Relu <x = -> (a)"), "line 2: '-' is no integer of 64 bits");
  refused(body("b = Relu (a) // no"), "line 2: character 47 (/) has no meaning here");
  refused(body("b = Relu (a)") + "c", "line 4: 'c' stands where the end of the text should be");
  refused("stream (rows a) => (rows b, rows b) {\nb = Relu (a)\n}", "line 1: output 'b' is there twice");
}

KERNEL_TEST(stream, is_bounded) {
  const std::string nodes = repeated("v# = Relu (a)", kMaxNodes - 1, "\n");
  refused(body("b = Relu (a)\n" + nodes), "");
  refused(body("b = Relu (a)\n" + nodes + "\nc = Relu (a)"), "line 66: more than 64 nodes");
  refused("stream (" + repeated("rows a#", kMaxNames + 1, ", ") + ")", "line 1: more than 64 inputs");
  refused("stream (rows a) => (" + repeated("rows b#", kMaxNames + 1, ", "), "line 1: more than 64 outputs");
  refused(body("b = Add (" + repeated("a", kMaxArguments + 1, ", ") + ")"),
          "line 2: more than 8 arguments of a node");
  refused(body("b, c, d, e, f = Add (a)"), "line 2: more than 4 results of a node");
  refused(body("b = Add <" + repeated("x# = 1", kMaxAttributes + 1, ", ") + "> (a)"),
          "line 2: more than 256 attributes");
  refused(body("b = Add <x = [" + repeated("1", kMaxIntegers + 1, ", ") + "]> (a)"),
          "line 2: more than 1024 integers in lists");
  refused(std::string(kMaxText + 1, ' '), "the program has 16385 bytes, at most 16384 are allowed");
}

// Cut anywhere it is refused; with any byte changed it is read or refused, and nothing else.
KERNEL_TEST(stream, cut_and_damaged) {
  const std::string good = kGood;
  const std::size_t last = good.rfind('}');
  for (std::size_t size = 0; size <= last; ++size) {
    std::string problem;
    parsed(good.substr(0, size), problem);
    expect(problem.rfind("line ", 0) == 0, "cut to " + std::to_string(size));
  }
  auto program = std::make_unique<Program>();
  Rng rng(71);
  for (int trial = 0; trial < 20000; ++trial) {
    std::string text = good;
    for (std::size_t i = 1 + rng.below(3); i-- > 0;)
      text[rng.below(text.size())] = static_cast<char>(rng.next());
    static_cast<void>(parse(text, *program));
  }
}

// No two values that are there at one time overlap, and no more memory is taken than for all of them.
KERNEL_TEST(stream, room_is_shared) {
  Rng rng(72);
  for (int trial = 0; trial < 500; ++trial) {
    struct Placed {
      std::uint64_t floats;
      std::size_t maker, last, piece;
    };
    std::vector<Placed> all;
    Room room;
    std::uint64_t sum = 0;
    const std::size_t nodes = 1 + rng.below(20);
    for (std::size_t node = 0; node < nodes; ++node) {
      for (std::size_t i = rng.below(3); i-- > 0;) {
        Placed each = {1 + rng.below(1000), node, node + rng.below(nodes - node), 0};
        each.piece = room.place(each.floats, each.maker, each.last);
        sum += whole_lines(each.floats);
        all.push_back(each);
      }
    }
    expect(room.lay_out(kLine) <= kLine + sum, "more than all the values");
    for (const Placed& a : all) {
      expect(room.begin_of(a.piece) % kLine == 0, "not at a line");
      for (const Placed& b : all) {
        const bool at_one_time = &a != &b && a.maker <= b.last && b.maker <= a.last;
        const std::uint64_t from = room.begin_of(a.piece), other = room.begin_of(b.piece);
        expect(!at_one_time || from + a.floats <= other || other + b.floats <= from, "two values overlap");
      }
    }
  }
}

KERNEL_TEST(stream, room_is_used_again) {
  Room room;
  const std::size_t a = room.place(100, 0, 1), b = room.place(50, 1, 2), c = room.place(90, 2, 3);
  expect(a == c && a != b, "the piece that fits is taken again");
  expect(room.lay_out(0) == whole_lines(100) + whole_lines(50), "two pieces for three values");
}

}  // namespace bitgraph::test
