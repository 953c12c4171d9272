#include "bitgraph/pool.h"

#include <cstdlib>
#include <random>

#include "ops/ops.h"
#include "tensors.h"

namespace bitgraph::bench {

namespace {

constexpr std::int64_t kSide = 32, kPooledSide = kSide / 2;
constexpr std::uint64_t kPlane = kSide * kSide, kPooledPlane = kPooledSide * kPooledSide;

// A pool of 2 x 2 over planes of 32 x 32, with random maxima.
struct Pooling {
  explicit Pooling(const Case& what) {
    pool.axes = 2;
    for (std::size_t axis = 1; axis < kPoolAxes; ++axis) {
      pool.input[axis] = kSide;
      pool.kernel[axis] = pool.stride[axis] = 2;
      pool.output[axis] = kPooledSide;
    }
    pool.planes = shape_of(what).count / kPlane;
    if (bitgraph::prepare(pool)) std::abort();
    indices.resize(static_cast<std::size_t>(pool.planes * kPooledPlane));
    codes.resize(indices.size());
    std::mt19937 random(2);
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const std::size_t row = i % kPooledPlane / kPooledSide * 2 + random() % 2;
      const std::size_t column = i % kPooledSide * 2 + random() % 2;
      indices[i] = static_cast<std::int64_t>(i / kPooledPlane * kPlane + row * kSide + column);
    }
  }

  void encode(const Workers& workers) {
    if (encode_indices(pool, indices.data(), workers, codes.data())) std::abort();
  }

  Pool pool;
  std::vector<std::int64_t> indices;
  std::vector<std::uint8_t> codes;
};

}  // namespace

Deed prepare_index(const Case& what, const Kernels&, const Workers& workers) {
  return [pooling = std::make_shared<Pooling>(what), workers] { pooling->encode(workers); };
}

Deed prepare_pool_grad(const Case& what, const Kernels&, const Workers& workers) {
  const auto pooling = std::make_shared<Pooling>(what);
  pooling->encode(workers);
  Case pooled = what;
  pooled.bytes = what.bytes / (kPlane / kPooledPlane);
  return [pooling, dy = tensor(pooled), dx = buffer(what.bytes), workers] {
    bool any_without = false;
    if (check_codes(pooling->pool, pooling->codes.data(), workers, any_without)) std::abort();
    scatter_codes(pooling->pool, reinterpret_cast<const float*>(dy->data), pooling->codes.data(), any_without,
                  workers, reinterpret_cast<float*>(dx->data));
  };
}

}  // namespace bitgraph::bench
