#include "ops/probe.h"

#include <cstdio>
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

void note_answer(const char* probe, bool holds) {
  static const char* const path = std::getenv("BITGRAPH_PROBE_LOG");
  if (path == nullptr || *path == '\0') return;
  std::FILE* const file = std::fopen(path, "a");
  if (file == nullptr) return;
  std::fprintf(file, "%s %s\n", probe, holds ? "yes" : "no");
  std::fclose(file);
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
