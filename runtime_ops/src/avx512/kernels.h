// AVX-512 kernels (F, BW, DQ, VL, VBMI2), sixteen to sixty-four elements a step; the tail is masked. Meanings
// and contract: bitgraph/kernels.h.
#pragma once

#include "avx2/kernels.h"
#include "bitgraph/kernels.h"
#include "target.h"

namespace bitgraph::avx512 {

// What has no AVX-512 form of its own is AVX2's.
using avx2::count_escapes;
using avx2::count_nonzero;
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

std::size_t measure_windows(const std::uint32_t* x, std::size_t n, std::uint8_t* tops);
void encode_windows(const std::uint32_t* x, std::size_t n, const CodedTarget& target, bool streamed);
std::size_t decode_windows(const CodedSource& source, std::size_t n, std::uint32_t* x, bool streamed);

const Kernels& table();

}  // namespace bitgraph::avx512
