// The specification of every kernel, in plain C++. Meanings and contract: bitgraph/kernels.h.
#pragma once

#include "bitgraph/kernels.h"

namespace bitgraph::scalar {

std::size_t relu(const float* x, std::size_t n, float* y, std::uint8_t* bits);
void max_window(const Windows& windows, float* y, std::uint8_t* codes);
void stream(const std::uint8_t* x, std::size_t bytes, std::uint8_t* out);
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

// One plane without a mask; the bias's sum begins its lanes at `head`.
void add_plane(const float* dy, const float* x, std::size_t n, std::size_t head,
               const GradientChannel& channel, ChannelSums& sums);
void add_sums(const float* dy, const float* x, std::size_t plane, std::size_t count, std::size_t ahead,
              const GradientChannel* channels, Activation activation, ChannelSums* sums);
void input_grad(const float* dy, const float* x, std::size_t plane, std::size_t count, std::size_t ahead,
                const GradientChannel* channels, Activation activation, float samples,
                const ChannelSums* sums, float* dx);

void add_row(const NormRow& row, RowPlace place, const ColumnSums& dscale, const ColumnSums& dbias);
void row_grad(const NormRow& row, const float* scale, std::size_t head, float* dx);

void draw(std::uint32_t number, std::size_t n, std::uint32_t smallest, std::uint8_t* bits);
void drop(const float* x, const std::uint8_t* bits, std::size_t n, float kept, float* y);

std::size_t measure_windows(const std::uint32_t* x, std::size_t n, std::uint8_t* tops);
void encode_windows(const std::uint32_t* x, std::size_t n, const CodedTarget& target, bool streamed);
std::size_t count_escapes(const std::uint8_t* codes, std::size_t n);
std::size_t decode_windows(const CodedSource& source, std::size_t n, std::uint32_t* x, bool streamed);

const Kernels& table();

}  // namespace bitgraph::scalar
