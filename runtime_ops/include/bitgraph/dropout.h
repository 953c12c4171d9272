// What ONNX Runtime's Dropout draws, from any element on.
//
// Its random engine is the minimal standard one of Park and Miller (Communications of the ACM 31, 1988):
// x -> 16807 * x modulo 2^31 - 1, begun anew for each tensor, from the tensor's seed. Element i takes number
// i + 1 and is kept where that number, as a float in [0, 1), is not below the ratio.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bitgraph/kernels.h"
#include "bitgraph/workers.h"

namespace bitgraph {

// The number of the first element. The seed is taken modulo 2^31 - 1; zero counts as one.
std::uint32_t first_number(std::uint64_t seed);
std::uint32_t seed_of(std::uint32_t first_number);

// The number `steps` behind x.
std::uint32_t number_behind(std::uint32_t x, std::uint64_t steps);

// The smallest number that is kept at a ratio in (0, 1).
std::uint32_t smallest_kept(float ratio);

// Bit = kept, for `count` elements.
void draw(std::uint32_t first, std::uint64_t count, float ratio, const Kernels& kernels,
          const Workers& workers, std::uint8_t* bits);

// Whether the first n elements are those kept.
bool draws(std::uint32_t first, const bool* kept, std::size_t n, std::uint32_t smallest);

// The number of the first element of a tensor in which these n elements are kept, or zero if there is none.
// Takes about a millisecond. n is kTold at most.
constexpr std::size_t kTold = 4096;
std::uint32_t find_first_number(const bool* kept, std::size_t n, std::uint32_t smallest);

// Whether kTold elements at that ratio leave no doubt of it.
bool tells_numbers(float ratio);

}  // namespace bitgraph
