// The one exported function: registers every operator, and sets the session so that the memory saved is given
// back.
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "bitgraph/kernels.h"
#include "memory/allocator.h"
#include "ops/op.h"
#include "ops/ops.h"

namespace bitgraph {

namespace {

constexpr const char* kDomain = "bitgraph";

ort::Status* add_ops(const ort::Api& api, ort::CustomOpDomain* domain) {
  const ort::CustomOp* const ops[] = {
      bitmap_pack_op(),
      bitmap_unpack_op(),
      bits_pack_op(),
      bits_unpack_op(),
      mask_grad_op(),
      index_pack_op(),
      max_pool_index_op(),
      max_pool_index_grad_op(),
      batch_norm_recompute_op(),
      batch_norm_mask_grad_op(),
      batch_norm_grad_op(),
      batch_norm_in_place_op(),
      layer_norm_grad_op(),
      dropout_pack_op(),
      dropout_bits_grad_op(),
      coded_pack_op(),
      conv_grad_in_place_op(),
      conv_grad_held_op(),
      count_zeros_op(),
      mul_in_place_op(),
      relu_mask_pack_op(),
      relu_pack_op(),
      run_in_place_op(),
      stream_op(),
      stream_pack_op(),
  };
  for (const ort::CustomOp* op : ops) {
    if (ort::Status* status = api.CustomOpDomain_Add(domain, op)) return status;
  }
  for (int i = 0; i < kFloatTypes; ++i) {
    if (ort::Status* status = api.CustomOpDomain_Add(domain, barrier_op(i))) return status;
    if (ort::Status* status = api.CustomOpDomain_Add(domain, mask_pack_op(i))) return status;
  }
  return nullptr;
}

// One domain for each ONNX Runtime in the process (a training one and a plain one may be loaded together).
// Sessions keep pointers to it, so it lives as long as the process.
ort::Status* domain_for(const ort::Api& api, ort::CustomOpDomain*& domain) {
  struct Known {
    const ort::Api* api;
    ort::CustomOpDomain* domain;
  };
  constexpr std::size_t kRuntimes = 8;
  static std::mutex mutex;
  static Known known[kRuntimes];

  const std::lock_guard<std::mutex> lock(mutex);
  for (Known& slot : known) {
    if (slot.api == &api) return domain = slot.domain, nullptr;
    if (slot.api != nullptr) continue;
    if (ort::Status* status = api.CreateCustomOpDomain(kDomain, &domain)) return status;
    if (ort::Status* status = add_ops(api, domain)) {
      api.ReleaseCustomOpDomain(domain);
      return status;
    }
    slot = {&api, domain};
    return nullptr;
  }
  return api.CreateStatus(ort::kFail, "bitgraph: more than 8 copies of ONNX Runtime in one process");
}

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && value[0] != '\0' && std::strcmp(value, "0") != 0;
}

// A pattern is one block planned from known sizes. Held tensors have none, so it would come on top of them.
// An arena keeps what no longer fits its tensors.
ort::Status* give_memory_back(const ort::Api& api, ort::SessionOptions* options) {
  if (!is_set("BITGRAPH_KEEP_ARENA")) {
    if (ort::Status* status = use_page_pool(api, options)) return status;
  }
  return is_set("BITGRAPH_KEEP_MEM_PATTERN") ? nullptr : api.DisableMemPattern(options);
}

// An older ONNX Runtime has no table of this version, but one that can make a status.
ort::Status* too_old(const ort::ApiBase& base) {
  const Problem problem =
      Problem::say("bitgraph needs ONNX Runtime 1.18 or newer, this is %.40s", base.GetVersionString());
  for (std::uint32_t version = ort::kApiVersion; version-- > 1;) {
    if (const ort::Api* api = base.GetApi(version)) return api->CreateStatus(ort::kFail, problem.text());
  }
  return nullptr;
}

}  // namespace

}  // namespace bitgraph

BITGRAPH_EXPORT bitgraph::ort::Status* BITGRAPH_ORT_CALL
RegisterCustomOps(bitgraph::ort::SessionOptions* options, const bitgraph::ort::ApiBase* base) {
  using namespace bitgraph;
  const ort::Api* api = base->GetApi(ort::kApiVersion);
  if (api == nullptr) return too_old(*base);
  if (Problem problem = choose_kernels(std::getenv("BITGRAPH_ISA"))) {
    return status_of(*api, "BITGRAPH_ISA", problem);
  }
  ort::CustomOpDomain* domain = nullptr;
  if (ort::Status* status = domain_for(*api, domain)) return status;
  if (ort::Status* status = api->AddCustomOpDomain(options, domain)) return status;
  return give_memory_back(*api, options);
}
