#include "ops/probe.h"

#include <cstdlib>
#include <cstring>

#include "target.h"

namespace bitgraph {

bool is_made_to_fail(const char* probe) {
  static const char* const listed = std::getenv("BITGRAPH_FAIL_PROBE");
  if (listed == nullptr) return false;
  const std::size_t length = std::strlen(probe);
  for (const char* at = listed; *at != '\0';) {
    const std::size_t size = std::strcspn(at, ",");
    if (size == length && std::strncmp(at, probe, size) == 0) return true;
    at += size + (at[size] == ',');
  }
  return false;
}

Problem take_unasked(const BuiltIn& op, bool& holds) {
#if BITGRAPH_X86_64
  static_cast<void>(op);
  holds = true;
  return {};
#else
  holds = false;
  return op.absence();
#endif
}

}  // namespace bitgraph
