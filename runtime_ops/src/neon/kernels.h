// NEON kernels, sixteen to sixty-four elements a step; the tail is the scalar kernel. Meanings and contract:
// bitgraph/kernels.h.
#pragma once

#include "bitgraph/kernels.h"
#include "scalar/kernels.h"
#include "target.h"

namespace bitgraph::neon {

// The coded form, the gradients of normalizations and dropout: the scalar kernels. And no intrinsic stores
// past the caches; memcpy does as the system's library knows best.
using scalar::add_row;
using scalar::add_sums;
using scalar::count_escapes;
using scalar::decode_windows;
using scalar::draw;
using scalar::drop;
using scalar::encode_windows;
using scalar::input_grad;
using scalar::measure_windows;
using scalar::row_grad;
using scalar::stream;
std::size_t relu(const float* x, std::size_t n, float* y, std::uint8_t* bits);
std::size_t popcount(const std::uint8_t* bits, std::size_t bytes);
void pack_bools(const std::uint8_t* x, std::size_t n, std::uint8_t* bits);
void unpack_bools(const std::uint8_t* bits, std::size_t n, std::uint8_t* x);

template <class U>
std::size_t count_nonzero(const U* x, std::size_t n);
template <class U>
void pack(const U* x, std::size_t n, std::uint8_t* bits, U* values, std::size_t count);
template <class U>
void unpack(const std::uint8_t* bits, std::size_t n, const U* values, std::size_t count, U* x);
template <class U>
void select(const U* dy, const std::uint8_t* bits, std::size_t n, U* dx);

template <class T>
void positive(const T* x, std::size_t n, std::uint8_t* bits);
template <class T>
void within(const T* x, std::size_t n, T low, T high, std::uint8_t* bits);
template <class T>
void multiply(const T* dy, const std::uint8_t* bits, std::size_t n, T* dx);

void recompute(const float* x, std::size_t n, Affine channel, Range range, float* y);
void relu_grad(const float* dy, const float* x, std::size_t n, Affine channel, float* dx);
void clip_grad(const float* dy, const float* x, std::size_t n, Affine channel, Range range, float* dx);

const Kernels& table();

}  // namespace bitgraph::neon
