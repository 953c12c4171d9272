// A program of the operator Stream: what it computes, as a list of nodes over named values.
//
//   stream (rows dy, held q, whole w) => (rows dx, whole dw) {
//     x = BitmapUnpack (q)
//     dx, dw = ConvGrad <kernel_shape = [3, 3], group = 1> (dy, x, w)
//   }
//
// An input or output has a kind: `rows` is a float32 tensor whose first dim is the batch, `held` the held
// form of one, `whole` a tensor that is read in full by every chunk of the batch, or added up over all of
// them. A value is made once and read later; '' stands for an argument that is left out. Attributes are
// integers, floats (with . or e), lists of integers and "texts".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bitgraph/problem.h"

namespace bitgraph::stream {

constexpr std::size_t kMaxText = 16384;  // Bytes.
constexpr std::size_t kMaxNodes = 64;
constexpr std::size_t kMaxNames = 64;  // Of the inputs, and of the outputs.
constexpr std::size_t kMaxArguments = 8, kMaxResults = 4;
constexpr std::size_t kMaxAttributes = 256;
constexpr std::size_t kMaxIntegers = 1024;  // In all the lists.
constexpr std::size_t kMaxValues = kMaxNames + kMaxNodes * kMaxResults;

enum class Kind : std::uint8_t { rows, held, whole };
const char* name_of(Kind kind);

constexpr std::size_t kNone = ~std::size_t{0};

// Without a name it is a result that nobody wants.
struct Value {
  std::string_view name;
  Kind kind = Kind::rows;
  std::size_t line = 0;
  std::size_t maker = kNone;   // The node; none for an input.
  std::size_t output = kNone;  // Which of the outputs it is.
};

enum class AttributeType : std::uint8_t { integer, number, integers, text };

struct Attribute {
  std::string_view name;
  AttributeType type = AttributeType::integer;
  std::int64_t integer = 0;
  float number = 0.0f;
  std::size_t first = 0, count = 0;  // Of the list.
  std::string_view text;
};

struct Node {
  std::string_view op;
  std::size_t line = 0;
  std::size_t inputs[kMaxArguments] = {};  // Values; kNone where left out.
  std::size_t input_count = 0;
  std::size_t outputs[kMaxResults] = {};
  std::size_t output_count = 0;
  std::size_t first_attribute = 0, attribute_count = 0;
};

struct Output {
  std::string_view name;
  Kind kind = Kind::rows;
  std::size_t line = 0;
  std::size_t value = kNone;
};

// The names point into the text that was parsed. The first values are the inputs, in order.
struct Program {
  Value values[kMaxValues];
  std::size_t value_count = 0, input_count = 0;
  Output outputs[kMaxNames];
  std::size_t output_count = 0;
  Node nodes[kMaxNodes];
  std::size_t node_count = 0;
  Attribute attributes[kMaxAttributes];
  std::size_t attribute_count = 0;
  std::int64_t integers[kMaxIntegers] = {};
  std::size_t integer_count = 0;
};

// What is refused is named with its line, counted from 1.
Problem parse(std::string_view text, Program& program);

// "line N: " and the rest.
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
Problem at_line(std::size_t line, const char* format, ...);

// A name for printf's %.*s, cut where it is very long.
struct Shown {
  int size;
  const char* data;
};
inline Shown shown(std::string_view name) {
  constexpr std::size_t kMost = 40;
  return {static_cast<int>(name.size() < kMost ? name.size() : kMost), name.data()};
}

}  // namespace bitgraph::stream
