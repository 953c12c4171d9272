#include <cstdarg>
#include <limits>

#include "stream/tokens.h"

namespace bitgraph::stream {

const char* name_of(Kind kind) {
  constexpr const char* kNames[] = {"rows", "held", "whole"};
  return kNames[static_cast<std::size_t>(kind)];
}

Problem at_line(std::size_t line, const char* format, ...) {
  char what[160];
  std::va_list args;
  va_start(args, format);
  std::vsnprintf(what, sizeof what, format, args);
  va_end(args);
  return Problem::say("line %zu: %s", line, what);
}

namespace {

class Parser {
 public:
  Parser(std::string_view text, Program& program) : tokens_(text), program_(program) {}

  Problem run() {
    if (Problem problem = step()) return problem;
    if (Problem problem = word("stream")) return problem;
    if (Problem problem = list("(", ")", [this] { return input(); })) return problem;
    if (Problem problem = mark("=>")) return problem;
    if (Problem problem = list("(", ")", [this] { return output(); })) return problem;
    if (Problem problem = mark("{")) return problem;
    while (!token_.is("}")) {
      if (Problem problem = node()) return problem;
    }
    if (Problem problem = step()) return problem;
    return token_.type == TokenType::end ? bind_outputs() : expected("the end of the text");
  }

 private:
  Problem step() { return tokens_.next(token_); }

  Problem expected(const char* what) const {
    if (token_.type == TokenType::end) return at_line(token_.line, "the text ends where %s should be", what);
    const Shown found = shown(token_.text);
    return at_line(token_.line, "'%.*s' stands where %s should be", found.size, found.data, what);
  }

  Problem mark(const char* text) { return token_.is(text) ? step() : expected(text); }

  Problem word(std::string_view text) {
    return token_.type == TokenType::name && token_.text == text ? step() : expected(text.data());
  }

  Problem name(const char* what, std::string_view& text) {
    if (token_.type != TokenType::name) return expected(what);
    text = token_.text;
    return step();
  }

  Problem room(std::size_t count, std::size_t most, const char* what) const {
    return count < most ? Problem() : at_line(token_.line, "more than %zu %s", most, what);
  }

  // open, nothing or items with commas between, close.
  template <class Item>
  Problem list(const char* open, const char* close, Item item) {
    if (Problem problem = mark(open)) return problem;
    if (token_.is(close)) return step();
    for (;;) {
      if (Problem problem = item()) return problem;
      if (token_.is(close)) return step();
      if (!token_.is(",")) return expected(close);
      if (Problem problem = step()) return problem;
    }
  }

  Problem kind(Kind& kind) {
    for (const Kind each : {Kind::rows, Kind::held, Kind::whole}) {
      if (token_.type != TokenType::name || token_.text != name_of(each)) continue;
      kind = each;
      return step();
    }
    return expected("rows, held or whole");
  }

  std::size_t find(std::string_view name) const {
    for (std::size_t i = 0; i < program_.value_count; ++i) {
      if (program_.values[i].name == name) return i;
    }
    return kNone;
  }

  Problem define(const Value& value) {
    if (!value.name.empty() && find(value.name) != kNone) {
      const Shown twice = shown(value.name);
      return at_line(value.line, "'%.*s' is made twice", twice.size, twice.data);
    }
    program_.values[program_.value_count++] = value;
    return {};
  }

  Problem input() {
    Value value;
    value.line = token_.line;
    if (Problem problem = room(program_.input_count, kMaxNames, "inputs")) return problem;
    if (Problem problem = kind(value.kind)) return problem;
    if (Problem problem = name("the name of an input", value.name)) return problem;
    ++program_.input_count;
    return define(value);
  }

  Problem output() {
    if (Problem problem = room(program_.output_count, kMaxNames, "outputs")) return problem;
    Output& output = program_.outputs[program_.output_count++];
    output.line = token_.line;
    if (Problem problem = kind(output.kind)) return problem;
    return name("the name of an output", output.name);
  }

  Problem node() {
    if (Problem problem = room(program_.node_count, kMaxNodes, "nodes")) return problem;
    Node& node = program_.nodes[program_.node_count];
    node.line = token_.line;
    for (std::size_t& value : node.inputs) value = kNone;
    std::string_view names[kMaxResults];
    for (;;) {
      if (Problem problem = room(node.output_count, kMaxResults, "results of a node")) return problem;
      if (Problem problem = result(names[node.output_count++])) return problem;
      if (!token_.is(",")) break;
      if (Problem problem = step()) return problem;
    }
    if (Problem problem = mark("=")) return problem;
    if (Problem problem = name("the name of an operator", node.op)) return problem;
    node.first_attribute = program_.attribute_count;
    if (token_.is("<")) {
      if (Problem problem = list("<", ">", [&] { return attribute(node); })) return problem;
    }
    if (Problem problem = list("(", ")", [&] { return argument(node); })) return problem;
    // Only now, so that no node reads what it makes.
    for (std::size_t i = 0; i < node.output_count; ++i) {
      node.outputs[i] = program_.value_count;
      if (Problem problem = define({names[i], Kind::rows, node.line, program_.node_count})) return problem;
    }
    ++program_.node_count;
    return {};
  }

  Problem result(std::string_view& text) {
    return token_.type == TokenType::absent ? step() : name("the name of a result", text);
  }

  Problem argument(Node& node) {
    if (Problem problem = room(node.input_count, kMaxArguments, "arguments of a node")) return problem;
    std::size_t& value = node.inputs[node.input_count++];
    value = kNone;
    if (token_.type == TokenType::absent) return step();
    if (token_.type == TokenType::name) value = find(token_.text);
    if (value != kNone) return step();
    return token_.type == TokenType::name ? expected("a value that is made before")
                                          : expected("the name of a value");
  }

  Problem attribute(Node& node) {
    if (Problem problem = room(program_.attribute_count, kMaxAttributes, "attributes")) return problem;
    Attribute& attribute = program_.attributes[program_.attribute_count];
    const std::size_t line = token_.line;
    if (Problem problem = name("the name of an attribute", attribute.name)) return problem;
    for (std::size_t i = node.first_attribute; i < program_.attribute_count; ++i) {
      if (program_.attributes[i].name != attribute.name) continue;
      const Shown twice = shown(attribute.name);
      return at_line(line, "attribute '%.*s' is there twice", twice.size, twice.data);
    }
    ++program_.attribute_count;
    ++node.attribute_count;
    if (Problem problem = mark("=")) return problem;
    return attribute_value(attribute);
  }

  Problem attribute_value(Attribute& attribute) {
    if (token_.is("[")) {
      attribute.type = AttributeType::integers;
      attribute.first = program_.integer_count;
      return list("[", "]", [&] { return integer_of(attribute); });
    }
    if (token_.type == TokenType::integer) {
      attribute.integer = token_.integer;
    } else if (token_.type == TokenType::number) {
      attribute.type = AttributeType::number;
      attribute.number = token_.number;
    } else if (token_.type == TokenType::name && token_.text == "inf") {
      attribute.type = AttributeType::number;
      attribute.number = std::numeric_limits<float>::infinity();
    } else if (token_.type == TokenType::text) {
      attribute.type = AttributeType::text;
      attribute.text = token_.text;
    } else {
      return expected("an integer, a float, a list of integers or a \"text\"");
    }
    return step();
  }

  Problem integer_of(Attribute& attribute) {
    if (Problem problem = room(program_.integer_count, kMaxIntegers, "integers in lists")) return problem;
    if (token_.type != TokenType::integer) return expected("an integer");
    program_.integers[program_.integer_count++] = token_.integer;
    ++attribute.count;
    return step();
  }

  Problem bind_outputs() {
    for (std::size_t i = 0; i < program_.output_count; ++i) {
      Output& output = program_.outputs[i];
      output.value = find(output.name);
      const Shown name = shown(output.name);
      if (output.value == kNone || program_.values[output.value].maker == kNone) {
        return at_line(output.line, "output '%.*s' is made by no node", name.size, name.data);
      }
      Value& value = program_.values[output.value];
      if (value.output != kNone) {
        return at_line(output.line, "output '%.*s' is there twice", name.size, name.data);
      }
      value.output = i;
    }
    return {};
  }

  Tokens tokens_;
  Token token_;
  Program& program_;
};

}  // namespace

Problem parse(std::string_view text, Program& program) {
  if (text.size() > kMaxText) {
    return Problem::say("the program has %zu bytes, at most %zu are allowed", text.size(), kMaxText);
  }
  program = Program();
  return Parser(text, program).run();
}

}  // namespace bitgraph::stream
