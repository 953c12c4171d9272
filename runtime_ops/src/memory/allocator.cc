#include "memory/allocator.h"

#include <cstddef>
#include <mutex>

#if defined(__linux__)
#include "memory/page_pool.h"
#endif

namespace bitgraph {

#if defined(__linux__)

namespace {

constexpr const char* kUseEnvAllocators = "session.use_env_allocators";
// Smaller blocks would waste much of their last page.
constexpr std::size_t kLarge = std::size_t{64} << 10;

// Never destroyed: sessions may free their tensors after this library's statics are gone.
PagePool& pool() {
  static PagePool& forever = *new PagePool;
  return forever;
}

// As the runtime sees it; one for each ONNX Runtime in the process.
struct PoolAllocator : ort::Allocator {
  const ort::Api* api;
  const ort::MemoryInfo* info;
  ort::Allocator* fallback;  // The runtime's own, for what is small.
  bool registered;
};

PoolAllocator& own(ort::Allocator* self) { return *static_cast<PoolAllocator*>(self); }

// The runtime takes a block for granted and expects an exception where there is none: it is left to throw its
// own.
void* BITGRAPH_ORT_CALL allocate(ort::Allocator* self, std::size_t bytes) {
  if (bytes >= kLarge) {
    if (void* const block = pool().take(bytes)) return block;
  }
  ort::Allocator* const fallback = own(self).fallback;
  return fallback->Alloc(fallback, bytes);
}

void BITGRAPH_ORT_CALL release(ort::Allocator* self, void* block) {
  if (block == nullptr || pool().give_back(block)) return;
  ort::Allocator* const fallback = own(self).fallback;
  fallback->Free(fallback, block);
}

const ort::MemoryInfo* BITGRAPH_ORT_CALL info_of(const ort::Allocator* self) {
  return static_cast<const PoolAllocator*>(self)->info;
}

ort::Status* make_allocator(const ort::Api& api, PoolAllocator& made) {
  ort::MemoryInfo* info = nullptr;
  if (ort::Status* status = api.CreateCpuMemoryInfo(ort::kDeviceAllocator, ort::kDefaultMemory, &info)) {
    return status;
  }
  if (ort::Status* status = api.GetAllocatorWithDefaultOptions(&made.fallback)) {
    api.ReleaseMemoryInfo(info);
    return status;
  }
  made.version = ort::kApiVersion;
  made.Alloc = allocate;
  made.Free = release;
  made.Info = info_of;
  made.Reserve = allocate;
  made.info = info;
  made.api = &api;
  return nullptr;
}

// Tells whether the environment gives sessions our allocator. One that is not there yet is made for this
// question and gone after it; the Python modules of ONNX Runtime 1.18 and 1.19 keep one that nobody can ask
// for.
bool register_with(const ort::Api& api, PoolAllocator& allocator) {
  ort::Env* env = nullptr;
  if (ort::Status* status = api.CreateEnv(ort::kWarning, "bitgraph", &env)) {
    api.ReleaseStatus(status);
    return false;
  }
  ort::Status* const status = api.RegisterAllocator(env, &allocator);
  api.ReleaseEnv(env);
  if (status == nullptr) return allocator.registered = true;
  // There is one already: ours, or one that another part of the program has put there.
  api.ReleaseStatus(status);
  return allocator.registered;
}

}  // namespace

ort::Status* use_page_pool(const ort::Api& api, ort::SessionOptions* options) {
  constexpr std::size_t kRuntimes = 8;
  static std::mutex mutex;
  static PoolAllocator known[kRuntimes];

  int chosen = 0;
  if (ort::Status* status = api.HasSessionConfigEntry(options, kUseEnvAllocators, &chosen)) return status;
  if (chosen != 0) return nullptr;
  const std::lock_guard<std::mutex> lock(mutex);
  for (PoolAllocator& slot : known) {
    if (slot.api != nullptr && slot.api != &api) continue;
    if (slot.api == nullptr) {
      if (ort::Status* status = make_allocator(api, slot)) return status;
    }
    return register_with(api, slot) ? api.AddSessionConfigEntry(options, kUseEnvAllocators, "1") : nullptr;
  }
  return nullptr;
}

#else

ort::Status* use_page_pool(const ort::Api&, ort::SessionOptions*) { return nullptr; }

#endif

}  // namespace bitgraph
