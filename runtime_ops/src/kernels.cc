#include "bitgraph/kernels.h"

#include <atomic>
#include <cstring>

#include "avx2/kernels.h"
#include "avx512/kernels.h"
#include "isa_detection.h"
#include "neon/kernels.h"
#include "scalar/kernels.h"
#include "target.h"

namespace bitgraph {

namespace {

std::atomic<const Kernels*> active{nullptr};

const Kernels* best() {
  for (const Isa& isa : list_isas().isas) {
    if (isa.kernels != nullptr) return isa.kernels;
  }
  return &scalar::table();
}

}  // namespace

IsaList list_isas() {
  Isa avx512 = {"avx512"}, avx2 = {"avx2"}, neon = {"neon"};
#if BITGRAPH_X86_64
  avx512.compiled = avx2.compiled = true;
  if (supports_avx512()) avx512.kernels = &avx512::table();
  if (supports_avx2()) avx2.kernels = &avx2::table();
#endif
#if BITGRAPH_ARM64
  neon.compiled = true;
  if (supports_neon()) neon.kernels = &neon::table();
#endif
  return {{avx512, avx2, neon, {"scalar", &scalar::table(), true}}};
}

Problem choose_kernels(const char* name) {
  if (name == nullptr || name[0] == '\0') {
    active.store(best());
    return {};
  }
  for (const Isa& isa : list_isas().isas) {
    if (std::strcmp(isa.name, name) != 0) continue;
    if (!isa.compiled) return Problem::say("instruction set '%.40s' is of another architecture", name);
    if (isa.kernels == nullptr) return Problem::say("instruction set '%.40s' is not supported here", name);
    active.store(isa.kernels);
    return {};
  }
  return Problem::say("unknown instruction set '%.40s' (use scalar, avx2, avx512 or neon)", name);
}

const Kernels& active_kernels() {
  const Kernels* table = active.load(std::memory_order_acquire);
  if (table == nullptr) active.store(table = best());
  return *table;
}

}  // namespace bitgraph
