// The way of BitTrain (arXiv 2110.15362) as its published C++ form works, written anew from its description:
// a bit and, for what is not zero, a value appended element by element to vectors that grow as they must; on
// the way back a vector of the whole tensor grows likewise and is then copied.
#pragma once

#include <cstddef>
#include <vector>

namespace bitgraph::peers {

struct Bitmap {
  std::vector<bool> bits;
  std::vector<float> values;
};

Bitmap bittrain_pack(const float* x, std::size_t n);
void bittrain_unpack(const Bitmap& packed, float* out);

}  // namespace bitgraph::peers
