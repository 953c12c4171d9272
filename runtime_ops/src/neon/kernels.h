// NEON kernels; the tail is the scalar kernel. Meanings and contract: bitgraph/kernels.h.
#pragma once

#include "bitgraph/kernels.h"
#include "scalar/kernels.h"
#include "target.h"

namespace bitgraph::neon {

// What has no NEON form of its own is the scalar kernel.
using scalar::add_sums;
using scalar::count_nonzero;
using scalar::input_grad;
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

void recompute(const float* x, std::size_t n, Affine channel, Range range, float* y);
void relu_grad(const float* dy, const float* x, std::size_t n, Affine channel, float* dx);
void clip_grad(const float* dy, const float* x, std::size_t n, Affine channel, Range range, float* dx);

const Kernels& table();

}  // namespace bitgraph::neon
