// What went wrong, as text in a fixed buffer: nothing is thrown, nothing allocated.
#pragma once

#include <cstdarg>
#include <cstdio>

namespace bitgraph {

class Problem {
 public:
  Problem() = default;

#if defined(__GNUC__)
  __attribute__((format(printf, 1, 2)))
#endif
  static Problem say(const char* format, ...) {
    Problem problem;
    std::va_list args;
    va_start(args, format);
    std::vsnprintf(problem.text_, sizeof problem.text_, format, args);
    va_end(args);
    return problem;
  }

  explicit operator bool() const { return text_[0] != '\0'; }
  const char* text() const { return text_; }

 private:
  char text_[200] = "";
};

}  // namespace bitgraph
