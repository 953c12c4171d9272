#include "stream/line_attributes.h"

#include <cstring>

namespace bitgraph::stream {

const Attribute* LineAttributes::find(const char* name, AttributeType type, Problem& problem) const {
  for (std::size_t i = 0; i < node_.attribute_count; ++i) {
    const Attribute& attribute = program_.attributes[node_.first_attribute + i];
    if (attribute.name != name || attribute.type != type) continue;
    read_[i] = true;
    return &attribute;
  }
  problem = Problem::say("attribute '%s' is needed", name);
  return nullptr;
}

Problem LineAttributes::integer(const char* name, std::int64_t& value) const {
  Problem problem;
  if (const Attribute* found = find(name, AttributeType::integer, problem)) value = found->integer;
  return problem;
}

Problem LineAttributes::number(const char* name, float& value) const {
  Problem problem;
  if (const Attribute* found = find(name, AttributeType::number, problem)) value = found->number;
  return problem;
}

Problem LineAttributes::integers(const char* name, std::int64_t* values, std::size_t room,
                                 std::size_t& size) const {
  Problem problem;
  const Attribute* found = find(name, AttributeType::integers, problem);
  size = found == nullptr ? 0 : found->count;
  if (size > room) {
    return Problem::say("attribute '%s' has %zu values, at most %zu are allowed", name, size, room);
  }
  if (size != 0) std::memcpy(values, program_.integers + found->first, size * sizeof *values);
  return problem;
}

Problem LineAttributes::text(const char* name, char* value, std::size_t room) const {
  Problem problem;
  const Attribute* found = find(name, AttributeType::text, problem);
  if (found == nullptr) return problem;
  const std::size_t size = found->text.size();
  if (size >= room) {
    return Problem::say("attribute '%s' has %zu bytes, at most %zu are allowed", name, size, room - 1);
  }
  if (size != 0) std::memcpy(value, found->text.data(), size);
  value[size] = '\0';
  return {};
}

Problem LineAttributes::unread() const {
  for (std::size_t i = 0; i < node_.attribute_count; ++i) {
    if (read_[i]) continue;
    const Shown name = shown(program_.attributes[node_.first_attribute + i].name);
    return Problem::say("attribute '%.*s' is not known here, or of another type", name.size, name.data);
  }
  return {};
}

}  // namespace bitgraph::stream
