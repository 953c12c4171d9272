// NEON kernels; the tail is the scalar kernel. Meanings and contract: bitgraph/kernels.h.
#pragma once

#include "bitgraph/kernels.h"
#include "scalar/kernels.h"
#include "target.h"

namespace bitgraph::neon {

// What has no NEON form of its own is the scalar kernel.
using scalar::count_escapes;
using scalar::count_nonzero;
using scalar::decode_windows;
using scalar::encode_windows;
using scalar::measure_windows;
using scalar::multiply;
using scalar::pack;
using scalar::pack_bools;
using scalar::popcount;
using scalar::positive;
using scalar::select;
using scalar::stream;
using scalar::unpack;
using scalar::unpack_bools;
using scalar::within;

const Kernels& table();

}  // namespace bitgraph::neon
