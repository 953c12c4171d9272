#include "ops/op_attributes.h"

#include <cstring>

#include "ops/context.h"

namespace bitgraph {

OpAttributes::~OpAttributes() {
  for (int i = 0; i < size_; ++i) api_.ReleaseOpAttr(all_[i]);
}

Problem OpAttributes::number(const char* name, float value) { return add(name, &value, 1, ort::kAttrFloat); }

Problem OpAttributes::integer(const char* name, std::int64_t value) {
  return add(name, &value, 1, ort::kAttrInt);
}

Problem OpAttributes::text(const char* name, const char* value) {
  return add(name, value, static_cast<int>(std::strlen(value)), ort::kAttrString);
}

Problem OpAttributes::integers(const char* name, const std::int64_t* values, std::size_t count) {
  return add(name, values, static_cast<int>(count), ort::kAttrInts);
}

Problem OpAttributes::add(const char* name, const void* data, int length, ort::AttrType type) {
  if (size_ == kMax) return Problem::say("attribute '%s' is one more than %d", name, kMax);
  if (Problem problem = taken(api_, api_.CreateOpAttr(name, data, length, type, &all_[size_])))
    return problem;
  ++size_;
  return {};
}

}  // namespace bitgraph
