// A question about this runtime that is asked once in the process: does a form of ours give its own bits?
#pragma once

#include <atomic>

#include "bitgraph/problem.h"
#include "ops/context.h"
#include "ops/invoke.h"

namespace bitgraph {

// BITGRAPH_FAIL_PROBE, a list of names with commas, makes probes answer no: so the fallbacks can be tested.
bool is_made_to_fail(const char* probe);

// Adds a line, the name and yes or no, to the file that BITGRAPH_PROBE_LOG names, if it names one.
void note_answer(const char* probe, bool holds);

// The answer where the runtime's operator is not there to be compared with: yes on x86-64, whose portable
// builds have neither fused multiply-add nor wider sums; elsewhere a problem, for nobody knows.
Problem take_unasked(const BuiltIn& op, bool& holds);

class Probe {
 public:
  explicit constexpr Probe(const char* name) : name_(name) {}

  // Problem check(bool& holds) asks the runtime. Threads that come first together may each ask; they get one
  // answer. With several runtimes in a process the last one's is remembered.
  template <class Check>
  Problem ask(const Context& context, Check check, bool& holds) {
    const ort::Api* const runtime = &context.api();
    holds = holds_in_.load() == runtime;
    if (holds || fails_in_.load() == runtime) return {};
    if (!is_made_to_fail(name_)) {
      if (Problem problem = check(holds)) return problem;
    }
    note_answer(name_, holds);
    (holds ? holds_in_ : fails_in_).store(runtime);
    return {};
  }

 private:
  const char* name_;
  std::atomic<const ort::Api*> holds_in_{nullptr}, fails_in_{nullptr};
};

}  // namespace bitgraph
