#include "ops/attributes.h"

namespace bitgraph {

namespace {

Problem missing(const ort::Api& api, ort::Status* status, const char* name) {
  if (status == nullptr) return {};
  const Problem problem = Problem::say("attribute '%s': %.150s", name, api.GetErrorMessage(status));
  api.ReleaseStatus(status);
  return problem;
}

Problem too_many(const char* name, std::size_t size, std::size_t room) {
  return Problem::say("attribute '%s' has %zu values, at most %zu are allowed", name, size, room);
}

}  // namespace

Problem Attributes::integer(const char* name, std::int64_t& value) const {
  return missing(api_, api_.KernelInfoGetAttribute_int64(info_, name, &value), name);
}

Problem Attributes::number(const char* name, float& value) const {
  return missing(api_, api_.KernelInfoGetAttribute_float(info_, name, &value), name);
}

// The first call of the interface asks for the size only.
Problem Attributes::integers(const char* name, std::int64_t* values, std::size_t room,
                             std::size_t& size) const {
  size = 0;
  ort::Status* status = api_.KernelInfoGetAttributeArray_int64(info_, name, nullptr, &size);
  if (Problem problem = missing(api_, status, name)) return problem;
  if (size > room) return too_many(name, size, room);
  if (size == 0) return {};
  return missing(api_, api_.KernelInfoGetAttributeArray_int64(info_, name, values, &size), name);
}

Problem Attributes::text(const char* name, char* value, std::size_t room) const {
  std::size_t size = 0;
  ort::Status* status = api_.KernelInfoGetAttribute_string(info_, name, nullptr, &size);
  if (Problem problem = missing(api_, status, name)) return problem;
  if (size > room) return too_many(name, size, room);
  return missing(api_, api_.KernelInfoGetAttribute_string(info_, name, value, &size), name);
}

}  // namespace bitgraph
