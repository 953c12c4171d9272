// BitTrain's way for callers that are not C++: a handle for what is packed.
#include "bittrain.h"

using bitgraph::peers::Bitmap;

extern "C" {

Bitmap* bittrain_pack(const float* x, std::size_t n) {
  return new Bitmap(bitgraph::peers::bittrain_pack(x, n));
}

void bittrain_unpack(const Bitmap* packed, float* out) { bitgraph::peers::bittrain_unpack(*packed, out); }

// Bytes that the two vectors have reserved, which is what they take from the heap.
std::size_t bittrain_held(const Bitmap* packed) {
  return packed->values.capacity() * sizeof(float) + packed->bits.capacity() / 8;
}

void bittrain_free(Bitmap* packed) { delete packed; }
}
