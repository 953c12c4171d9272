// One function an operation: it makes the tensors and returns what is timed. operations.cc lists them.
#pragma once

#include "operations.h"

namespace bitgraph::bench {

// A bitmap blob, or a dense one where that is smaller, as the operators write and read it.
Deed prepare_pack(const Case& what, const Kernels& kernels, const Workers& workers);
Deed prepare_unpack(const Case& what, const Kernels& kernels, const Workers& workers);
// ReLU in place, its mask, and that blob: as ReluPack does it, and as Relu, MaskPack and BitmapPack do.
Deed prepare_relu_pack(const Case& what, const Kernels& kernels, const Workers& workers);
Deed prepare_relu_then_pack(const Case& what, const Kernels& kernels, const Workers& workers);

// One bit an element, x > 0; and the gradient of that, dX written over dY.
Deed prepare_mask(const Case& what, const Kernels& kernels, const Workers& workers);
Deed prepare_mask_grad(const Case& what, const Kernels& kernels, const Workers& workers);

// Normally distributed floats, coded and decoded as the operators do.
Deed prepare_coded_encode(const Case& what, const Kernels& kernels, const Workers& workers);
Deed prepare_coded_decode(const Case& what, const Kernels& kernels, const Workers& workers);

// The output of a batch normalization and of the ReLU behind it, from the input; and their gradient, written
// over dY. Planes of 32 x 32.
Deed prepare_bn_recompute(const Case& what, const Kernels& kernels, const Workers& workers);
Deed prepare_bn_grad(const Case& what, const Kernels& kernels, const Workers& workers);

// Bools as bits, and back.
Deed prepare_bits(const Case& what, const Kernels& kernels, const Workers& workers);
Deed prepare_bits_unpack(const Case& what, const Kernels& kernels, const Workers& workers);

// MaxPool's indices to codes of one byte, and its gradient from them. The bytes are those of the pool's
// input.
Deed prepare_index(const Case& what, const Kernels& kernels, const Workers& workers);
Deed prepare_pool_grad(const Case& what, const Kernels& kernels, const Workers& workers);

// BitTrain's way to pack and unpack.
Deed prepare_bittrain_pack(const Case& what, const Kernels& kernels, const Workers& workers);
Deed prepare_bittrain_unpack(const Case& what, const Kernels& kernels, const Workers& workers);

}  // namespace bitgraph::bench
