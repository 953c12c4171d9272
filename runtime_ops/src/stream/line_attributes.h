// The attributes of a node of a program, as an operator reads those of a node of the graph.
#pragma once

#include "ops/attributes.h"
#include "stream/program.h"

namespace bitgraph::stream {

class LineAttributes : public Attributes {
 public:
  LineAttributes(const Attributes& of_stream, const Program& program, const Node& node)
      : Attributes(of_stream.api(), of_stream.info()), program_(program), node_(node) {}

  Problem integer(const char* name, std::int64_t& value) const override;
  Problem number(const char* name, float& value) const override;
  Problem integers(const char* name, std::int64_t* values, std::size_t room,
                   std::size_t& size) const override;
  Problem text(const char* name, char* value, std::size_t room) const override;

  // An attribute that nobody asked for, or only as one of another type.
  Problem unread() const;

 private:
  const Attribute* find(const char* name, AttributeType type, Problem& problem) const;

  const Program& program_;
  const Node& node_;
  mutable bool read_[kMaxAttributes] = {};
};

}  // namespace bitgraph::stream
