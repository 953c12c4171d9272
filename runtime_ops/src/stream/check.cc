#include "stream/check.h"

#include <cstring>

namespace bitgraph::stream {

namespace {

bool may_be_absent(char letter) { return letter >= 'A' && letter <= 'Z'; }

bool takes(char letter, Kind kind) {
  switch (may_be_absent(letter) ? static_cast<char>(letter - 'A' + 'a') : letter) {
    case 'r':
      return kind == Kind::rows;
    case 'h':
      return kind == Kind::held;
    case 'w':
      return kind == Kind::whole;
    default:
      return kind != Kind::held;
  }
}

class Checker {
 public:
  Checker(Program& program, Facts& facts) : program_(program), facts_(facts) {}

  Problem run() {
    if (program_.input_count == 0 || program_.values[0].kind == Kind::whole) {
      return at_line(1, "input 0 of %zu has no rows", program_.input_count);
    }
    if (program_.output_count == 0) return at_line(1, "there are %d outputs", 0);
    for (std::size_t i = 0; i < program_.node_count; ++i) {
      if (Problem problem = node(i)) return problem;
    }
    for (std::size_t i = 0; i < program_.output_count; ++i) {
      if (Problem problem = output(program_.outputs[i])) return problem;
    }
    if (Problem problem = reducer()) return problem;
    return order();
  }

 private:
  Problem node(std::size_t i) {
    const Node& node = program_.nodes[i];
    const Operator* found = find_operator(node.op);
    if (found == nullptr) {
      const Shown op = shown(node.op);
      return at_line(node.line, "operator '%.*s' is not known", op.size, op.data);
    }
    facts_.operators[i] = found;
    if (Problem problem = arguments(i, *found)) return problem;
    return results(i, *found);
  }

  Problem arguments(std::size_t i, const Operator& op) {
    const Node& node = program_.nodes[i];
    const Shown name = shown(node.op);
    const std::size_t most = std::strlen(op.inputs);
    if (node.input_count > most) {
      return at_line(node.line, "%.*s takes at most %zu arguments, not %zu", name.size, name.data, most,
                     node.input_count);
    }
    bool reads_rows = false;
    for (std::size_t k = 0; k < most; ++k) {
      const std::size_t value = node.inputs[k];
      if (value == kNone) {
        if (may_be_absent(op.inputs[k])) continue;
        return at_line(node.line, "%.*s needs argument %zu", name.size, name.data, k);
      }
      const Value& argument = program_.values[value];
      const Shown given = shown(argument.name);
      if (!takes(op.inputs[k], argument.kind)) {
        return at_line(node.line, "argument %zu of %.*s cannot be '%.*s', which is %s", k, name.size,
                       name.data, given.size, given.data, name_of(argument.kind));
      }
      if (argument.kind != Kind::rows && argument.maker != kNone) {
        return at_line(node.line, "'%.*s' is %s and made here, which only an output can be", given.size,
                       given.data, name_of(argument.kind));
      }
      reads_rows = reads_rows || argument.kind != Kind::whole;
      facts_.last_reader[value] = i;
    }
    return reads_rows ? Problem() : at_line(node.line, "%.*s has no argument of rows", name.size, name.data);
  }

  Problem results(std::size_t i, const Operator& op) {
    const Node& node = program_.nodes[i];
    const Shown name = shown(node.op);
    const std::size_t most = std::strlen(op.outputs);
    if (node.output_count > most) {
      return at_line(node.line, "%.*s makes at most %zu results, not %zu", name.size, name.data, most,
                     node.output_count);
    }
    for (std::size_t k = 0; k < most; ++k) {
      const bool is_absent = k >= node.output_count || program_.values[node.outputs[k]].name.empty();
      if (is_absent && !may_be_absent(op.outputs[k])) {
        return at_line(node.line, "%.*s needs a name for result %zu", name.size, name.data, k);
      }
      if (k >= node.output_count) continue;
      Value& result = program_.values[node.outputs[k]];
      result.kind = takes(op.outputs[k], Kind::rows)   ? Kind::rows
                    : takes(op.outputs[k], Kind::held) ? Kind::held
                                                       : Kind::whole;
      facts_.last_reader[node.outputs[k]] = i;
      if (result.kind != Kind::rows && result.output == kNone && !is_absent) {
        const Shown made = shown(result.name);
        return at_line(node.line, "'%.*s' is %s and no output", made.size, made.data, name_of(result.kind));
      }
    }
    return {};
  }

  Problem output(const Output& output) const {
    const Kind made = program_.values[output.value].kind;
    if (made == output.kind) return {};
    const Shown name = shown(output.name);
    return at_line(output.line, "output '%.*s' is made as %s, not %s", name.size, name.data, name_of(made),
                   name_of(output.kind));
  }

  bool reads(const Node& node, std::size_t value) const {
    for (std::size_t k = 0; k < node.input_count; ++k) {
      if (node.inputs[k] == value) return true;
    }
    return false;
  }

  void mark_sources(const Node& node) {
    for (std::size_t k = 0; k < node.input_count; ++k) {
      const std::size_t maker = node.inputs[k] == kNone ? kNone : program_.values[node.inputs[k]].maker;
      if (maker == kNone || facts_.feeds_reducer[maker]) continue;
      facts_.feeds_reducer[maker] = true;
    }
  }

  Problem reducer() {
    for (std::size_t i = 0; i < program_.node_count; ++i) {
      if (!facts_.operators[i]->two_phases) continue;
      const Node& node = program_.nodes[i];
      if (facts_.reducer != kNone) {
        return at_line(node.line, "a second node needs sums before its rows, after that of line %zu",
                       program_.nodes[facts_.reducer].line);
      }
      facts_.reducer = i;
      const Value& dx = program_.values[node.outputs[0]];
      if (dx.output == kNone || facts_.last_reader[node.outputs[0]] != i) {
        const Shown name = shown(dx.name);
        return at_line(node.line, "'%.*s' has to be an output and nothing else", name.size, name.data);
      }
      mark_sources(node);
    }
    // From the end: who reads a node's results comes after it.
    for (std::size_t i = facts_.reducer == kNone ? 0 : facts_.reducer; i-- > 0;) {
      if (facts_.feeds_reducer[i]) mark_sources(program_.nodes[i]);
    }
    return {};
  }

  Problem order() const {
    const Value& first = program_.values[program_.outputs[0].value];
    if (first.kind != Kind::rows || program_.values[0].kind != Kind::rows) return {};
    const bool is_last = first.maker == facts_.reducer;
    for (std::size_t i = 0; i < program_.node_count; ++i) {
      if (!reads(program_.nodes[i], 0) || is_last) continue;
      const bool again = i == facts_.reducer || facts_.feeds_reducer[i];
      if (i <= first.maker && !again) continue;
      return at_line(program_.nodes[i].line, "input 0 is read after output 0, made in line %zu, is written",
                     program_.nodes[first.maker].line);
    }
    return {};
  }

  Program& program_;
  Facts& facts_;
};

}  // namespace

Problem check(Program& program, Facts& facts) {
  facts = Facts();
  return Checker(program, facts).run();
}

}  // namespace bitgraph::stream
