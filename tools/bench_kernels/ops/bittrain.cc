#include "bittrain.h"

#include <cstring>

#include "ops/ops.h"
#include "tensors.h"

namespace bitgraph::bench {

Deed prepare_bittrain_pack(const Case& what, const Kernels&, const Workers&) {
  return [x = tensor(what), n = static_cast<std::size_t>(shape_of(what).count)] {
    peers::bittrain_pack(reinterpret_cast<const float*>(x->data), n);
  };
}

Deed prepare_bittrain_unpack(const Case& what, const Kernels&, const Workers&) {
  const Buffer x = tensor(what);
  const auto n = static_cast<std::size_t>(shape_of(what).count);
  const auto packed =
      std::make_shared<peers::Bitmap>(peers::bittrain_pack(reinterpret_cast<const float*>(x->data), n));
  return [packed, out = buffer(what.bytes)] {
    peers::bittrain_unpack(*packed, reinterpret_cast<float*>(out->data));
  };
}

}  // namespace bitgraph::bench
