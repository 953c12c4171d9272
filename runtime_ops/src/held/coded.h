// Reading a part of a coded blob.
#pragma once

#include "bitgraph/held.h"

namespace bitgraph {

// Writes elements [begin, end); `streamed`: past the caches.
void restore_coded(const Held& held, const Kernels& kernels, std::uint64_t begin, std::uint64_t end,
                   bool streamed, std::uint32_t* out);

}  // namespace bitgraph
