// AVX-512 kernels (F, BW, DQ, VL, VBMI, VBMI2, VPOPCNTDQ), sixteen to sixty-four elements a step; the tail is
// masked. Meanings and contract: bitgraph/kernels.h.
#pragma once

#include "avx2/kernels.h"
#include "bitgraph/kernels.h"
#include "target.h"

namespace bitgraph::avx512 {

// The runtime sums in four lanes, which wider registers cannot help; escapes are an eighth of what is read;
// a division is no faster for being wider.
using avx2::add_row;
using avx2::add_sums;
using avx2::count_escapes;
using avx2::drop;
using avx2::input_grad;
using avx2::row_grad;

std::size_t relu(const float* x, std::size_t n, float* y, std::uint8_t* bits);
void stream(const std::uint8_t* x, std::size_t bytes, std::uint8_t* out);
std::size_t popcount(const std::uint8_t* bits, std::size_t bytes);
void pack_bools(const std::uint8_t* x, std::size_t n, std::uint8_t* bits);
void unpack_bools(const std::uint8_t* bits, std::size_t n, std::uint8_t* x);

template <class U>
BITGRAPH_AVX512 std::size_t count_nonzero(const U* x, std::size_t n);
template <class U>
BITGRAPH_AVX512 void pack(const U* x, std::size_t n, std::uint8_t* bits, U* values, std::size_t count);
template <class U>
BITGRAPH_AVX512 void unpack(const std::uint8_t* bits, std::size_t n, const U* values, std::size_t count,
                            U* x);
template <class U>
BITGRAPH_AVX512 void unpack_streamed(const std::uint8_t* bits, std::size_t n, const U* values,
                                     std::size_t count, U* x);
template <class U>
BITGRAPH_AVX512 void select(const U* dy, const std::uint8_t* bits, std::size_t n, U* dx);

template <class T>
BITGRAPH_AVX512 void positive(const T* x, std::size_t n, std::uint8_t* bits);
template <class T>
BITGRAPH_AVX512 void within(const T* x, std::size_t n, T low, T high, std::uint8_t* bits);
template <class T>
BITGRAPH_AVX512 void multiply(const T* dy, const std::uint8_t* bits, std::size_t n, T* dx);

void recompute(const float* x, std::size_t n, Affine channel, Range range, float* y);
void relu_grad(const float* dy, const float* x, std::size_t n, Affine channel, float* dx);
void clip_grad(const float* dy, const float* x, std::size_t n, Affine channel, Range range, float* dx);

void draw(std::uint32_t number, std::size_t n, std::uint32_t smallest, std::uint8_t* bits);

std::size_t measure_windows(const std::uint32_t* x, std::size_t n, std::uint8_t* tops);
void encode_windows(const std::uint32_t* x, std::size_t n, const CodedTarget& target, bool streamed);
std::size_t decode_windows(const CodedSource& source, std::size_t n, std::uint32_t* x, bool streamed);

const Kernels& table();

}  // namespace bitgraph::avx512
