// AVX-512 kernels (F, BW, DQ, VL, VBMI2), sixteen to sixty-four elements a step; the tail is masked. Meanings
// and contract: bitgraph/kernels.h.
#pragma once

#include "avx2/kernels.h"
#include "bitgraph/kernels.h"
#include "target.h"

namespace bitgraph::avx512 {

// What has no AVX-512 form of its own is AVX2's.
using avx2::add_sums;
using avx2::count_nonzero;
using avx2::input_grad;
using avx2::multiply;
using avx2::pack;
using avx2::pack_bools;
using avx2::popcount;
using avx2::positive;
using avx2::select;
using avx2::stream;
using avx2::unpack;
using avx2::unpack_bools;
using avx2::within;

void recompute(const float* x, std::size_t n, Affine channel, Range range, float* y);
void relu_grad(const float* dy, const float* x, std::size_t n, Affine channel, float* dx);
void clip_grad(const float* dy, const float* x, std::size_t n, Affine channel, Range range, float* dx);

const Kernels& table();

}  // namespace bitgraph::avx512
