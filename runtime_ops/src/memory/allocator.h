// The library's own allocator for the sessions that it is registered with.
#pragma once

#include "ort_abi.h"

namespace bitgraph {

// Lets sessions made with `options` take large blocks from a pool of pages, if the runtime's environment can
// be reached, and nobody has chosen otherwise.
ort::Status* use_page_pool(const ort::Api& api, ort::SessionOptions* options);

}  // namespace bitgraph
