#include "ops/pool_attributes.h"

namespace bitgraph {

namespace {

// One attribute of `axes` numbers, to the last `axes` of the pool's three.
Problem read_axes(const Attributes& attributes, const char* name, std::size_t axes, std::int64_t* to) {
  std::int64_t values[kPoolAxes];
  std::size_t size = 0;
  if (Problem problem = attributes.integers(name, values, kPoolAxes, size)) return problem;
  if (size != axes)
    return Problem::say("attribute '%s' has %zu values, the pool has %zu axes", name, size, axes);
  for (std::size_t i = 0; i < axes; ++i) to[kPoolAxes - axes + i] = values[i];
  return {};
}

Problem read_pads(const Attributes& attributes, std::size_t axes, Pool& pool) {
  std::int64_t values[2 * kPoolAxes];
  std::size_t size = 0;
  if (Problem problem = attributes.integers("pads", values, 2 * kPoolAxes, size)) return problem;
  if (size != 2 * axes)
    return Problem::say("attribute 'pads' has %zu values, the pool has %zu axes", size, axes);
  for (std::size_t i = 0; i < axes; ++i) {
    pool.pad[kPoolAxes - axes + i] = values[i];
    pool.pad_end[kPoolAxes - axes + i] = values[axes + i];
  }
  return {};
}

}  // namespace

Problem read_pool(const Attributes& attributes, Pool& pool) {
  std::int64_t unused[kPoolAxes];
  if (Problem problem = attributes.integers("input_shape", unused, kPoolAxes, pool.axes)) return problem;
  if (pool.axes == 0)
    return Problem::say("attribute 'input_shape' has 0 values, 1 to %zu are needed", kPoolAxes);
  if (Problem problem = read_axes(attributes, "input_shape", pool.axes, pool.input)) return problem;
  if (Problem problem = read_axes(attributes, "kernel_shape", pool.axes, pool.kernel)) return problem;
  if (Problem problem = read_axes(attributes, "strides", pool.axes, pool.stride)) return problem;
  if (Problem problem = read_axes(attributes, "dilations", pool.axes, pool.dilation)) return problem;
  if (Problem problem = read_pads(attributes, pool.axes, pool)) return problem;
  std::int64_t storage_order = 0;
  if (Problem problem = attributes.integer("storage_order", storage_order)) return problem;
  pool.column_major = storage_order != 0;
  return prepare(pool);
}

Problem fit_pool(const Shape& pooled, Pool& pool) {
  if (pooled.rank != pool.axes + 2) {
    return Problem::say("the pooled tensor has rank %zu, a pool of %zu axes gives rank %zu", pooled.rank,
                        pool.axes, pool.axes + 2);
  }
  for (std::size_t i = 0; i < pool.axes; ++i) {
    pool.output[kPoolAxes - pool.axes + i] = static_cast<std::int64_t>(pooled.dims[2 + i]);
  }
  pool.planes = pooled.dims[0] * pooled.dims[1];
  if (static_cast<std::uint64_t>(pool.input_size()) > kMaxCount / (pool.planes == 0 ? 1 : pool.planes)) {
    return Problem::say("%llu planes of %lld elements are too many",
                        static_cast<unsigned long long>(pool.planes),
                        static_cast<long long>(pool.input_size()));
  }
  return {};
}

Shape input_of(const Pool& pool, const Shape& pooled) {
  Shape shape = pooled;
  for (std::size_t i = 0; i < pool.axes; ++i) {
    shape.dims[2 + i] = static_cast<std::uint64_t>(pool.input[kPoolAxes - pool.axes + i]);
  }
  shape.count = pool.planes * static_cast<std::uint64_t>(pool.input_size());
  return shape;
}

}  // namespace bitgraph
