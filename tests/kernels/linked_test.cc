// The operators as an app links them in: registered by their function, as the archive of BITGRAPH_STATIC has
// it.
#include <cstring>
#include <string>
#include <vector>

#include "harness.h"
#include "ort_abi.h"

BITGRAPH_EXPORT bitgraph::ort::Status* BITGRAPH_ORT_CALL
RegisterCustomOps(bitgraph::ort::SessionOptions* options, const bitgraph::ort::ApiBase* base);

namespace bitgraph::test {

namespace {

// A runtime of which there is only what registering calls, and which writes down what it is told.
struct Told {
  std::vector<std::string> operators;
  std::string domain;
  std::vector<ort::SessionOptions*> options;
  bool patterns = true;
};

Told told;

ort::CustomOpDomain* domain() { return reinterpret_cast<ort::CustomOpDomain*>(&told.domain); }

ort::Status* BITGRAPH_ORT_CALL create_domain(const char* name, ort::CustomOpDomain** made) {
  told.domain = name;
  *made = domain();
  return nullptr;
}

ort::Status* BITGRAPH_ORT_CALL add_operator(ort::CustomOpDomain*, const ort::CustomOp* op) {
  told.operators.emplace_back(op->GetName(op));
  return nullptr;
}

ort::Status* BITGRAPH_ORT_CALL add_domain(ort::SessionOptions* options, ort::CustomOpDomain* added) {
  expect(added == domain(), "another domain");
  told.options.push_back(options);
  return nullptr;
}

ort::Status* BITGRAPH_ORT_CALL disable_patterns(ort::SessionOptions*) {
  told.patterns = false;
  return nullptr;
}

// The session takes the memory of its environment: that is left alone.
ort::Status* BITGRAPH_ORT_CALL has_entry(const ort::SessionOptions*, const char*, int* has) {
  *has = 1;
  return nullptr;
}

const ort::Api* BITGRAPH_ORT_CALL api_of(std::uint32_t version) {
  static const ort::Api api = [] {
    ort::Api all = {};
    all.CreateCustomOpDomain = create_domain;
    all.CustomOpDomain_Add = add_operator;
    all.AddCustomOpDomain = add_domain;
    all.DisableMemPattern = disable_patterns;
    all.HasSessionConfigEntry = has_entry;
    return all;
  }();
  return version == ort::kApiVersion ? &api : nullptr;
}

const char* BITGRAPH_ORT_CALL version() { return "1.18.0"; }

bool has(const char* name) {
  for (const std::string& each : told.operators) {
    if (each == name) return true;
  }
  return false;
}

}  // namespace

KERNEL_TEST(linked, registers_its_operators_once_and_its_domain_with_each_session) {
  const ort::ApiBase base = {api_of, version};
  int sessions[2] = {};
  for (int& session : sessions) {
    auto* const options = reinterpret_cast<ort::SessionOptions*>(&session);
    expect(RegisterCustomOps(options, &base) == nullptr, "refused");
    expect(!told.options.empty() && told.options.back() == options, "the session has no operators");
  }
  expect(told.domain == "bitgraph", "the domain is " + told.domain);
  expect(told.options.size() == 2, "a session too many");
  expect(!told.patterns, "memory patterns are on");
  for (const char* name : {"BitmapPack", "BitmapUnpack", "MaskPack", "Barrier", "Stream"}) {
    expect(has(name), std::string(name) + " is missing");
  }
  std::size_t barriers = 0;
  for (const std::string& each : told.operators) barriers += each == "Barrier";
  expect(barriers == 4, "Barrier is there for " + std::to_string(barriers) + " types of floats, not 4");
}

}  // namespace bitgraph::test
