// Loops over elements that the compiler makes fast by itself.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitgraph {

// y = x * factor. y may be x.
void multiply(const float* x, float factor, std::size_t n, float* y);

// y = x * factor, element by element. y may be x.
void multiply(const float* x, const float* factor, std::size_t n, float* y);

// Of bits of floats: -0 becomes +0.
template <class U>
void drop_signs_of_zeros(U* values, std::size_t n);

}  // namespace bitgraph
