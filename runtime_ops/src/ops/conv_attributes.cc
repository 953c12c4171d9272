#include "ops/conv_attributes.h"

#include <cstring>

#include "ops/context.h"

namespace bitgraph {

namespace {

constexpr std::int64_t kMost = std::int64_t{1} << 31;

using Number = unsigned long long;

Problem check_dim(const char* name, std::size_t axis, std::uint64_t found, std::uint64_t expected) {
  if (found == expected) return {};
  return Problem::say("%s has %llu as dim %zu, not %llu", name, static_cast<Number>(found), axis,
                      static_cast<Number>(expected));
}

Problem check_rank(const char* name, std::size_t found, std::size_t expected) {
  if (found == expected) return {};
  return Problem::say("%s has rank %zu, X has rank %zu", name, found, expected);
}

}  // namespace

Problem ConvAttributes::read(const Attributes& node) {
  if (Problem problem = read_list(node, "kernel_shape", kMaxAxes, 1, kernel_shape_)) return problem;
  if (Problem problem = read_list(node, "strides", kMaxAxes, 1, strides_)) return problem;
  if (Problem problem = read_list(node, "dilations", kMaxAxes, 1, dilations_)) return problem;
  if (Problem problem = read_list(node, "pads", 2 * kMaxAxes, 0, pads_)) return problem;
  if (node.integer("group", group_)) group_ = 1;
  if (group_ < 1 || group_ > kMost) {
    return Problem::say("attribute 'group' is %lld, not 1 to %lld", static_cast<long long>(group_),
                        static_cast<long long>(kMost));
  }
  char auto_pad[64] = "NOTSET";
  if (node.text("auto_pad", auto_pad, sizeof auto_pad)) return {};
  const bool is_valid = std::strcmp(auto_pad, "VALID") == 0 && pads_.size == 0;
  if (is_valid || std::strcmp(auto_pad, "NOTSET") == 0) return {};
  return Problem::say("attribute 'auto_pad' is '%s' with %zu pads, which is not supported", auto_pad,
                      pads_.size);
}

// As in the runtime, what cannot be read is absent: its interface does not tell the two apart.
Problem ConvAttributes::read_list(const Attributes& node, const char* name, std::size_t room,
                                  std::int64_t least, List& list) {
  std::size_t size = 0;
  const Problem problem = node.integers(name, list.values, room, size);
  if (size > room) return problem;
  list.size = problem ? 0 : size;
  for (std::size_t i = 0; i < list.size; ++i) {
    if (list.values[i] >= least && list.values[i] <= kMost) continue;
    return Problem::say("attribute '%s' has %lld, not %lld to %lld", name,
                        static_cast<long long>(list.values[i]), static_cast<long long>(least),
                        static_cast<long long>(kMost));
  }
  return {};
}

Problem ConvAttributes::write(OpAttributes& attributes) const {
  struct Named {
    const char* name;
    const List& list;
  };
  const Named lists[] = {
      {"kernel_shape", kernel_shape_}, {"strides", strides_}, {"dilations", dilations_}, {"pads", pads_}};
  for (const Named& named : lists) {
    if (named.list.size == 0) continue;
    if (Problem problem = attributes.integers(named.name, named.list.values, named.list.size)) return problem;
  }
  return attributes.integer("group", group_);
}

Problem ConvAttributes::output(const Shape& x, const Shape& w, Shape& y) const {
  if (x.rank < 3) return Problem::say("X has rank %zu, at least %d is needed", x.rank, 3);
  if (Problem problem = check_rank("W", w.rank, x.rank)) return problem;
  const std::size_t axes = x.rank - 2;
  if (group_ != 1 && axes != 2) {
    return Problem::say("group is %lld and X has rank %zu: only rank 4 is supported",
                        static_cast<long long>(group_), x.rank);
  }
  if (Problem problem = check_lists(axes, w)) return problem;
  if (Problem problem = check_dim("X", 1, x.dims[1], w.dims[1] * group())) return problem;
  if (w.dims[0] % group() != 0) {
    return Problem::say("W has %llu as dim 0, no multiple of group %llu", static_cast<Number>(w.dims[0]),
                        static_cast<Number>(group()));
  }
  y.rank = x.rank;
  y.dims[0] = x.dims[0];
  y.dims[1] = w.dims[0];
  for (std::size_t i = 0; i < axes; ++i) {
    const std::uint64_t padded = x.dims[i + 2] + padding(i, axes), covered = span(i, w.dims[i + 2]);
    y.dims[i + 2] = padded < covered ? 0 : (padded - covered) / stride(i) + 1;
  }
  if (!set_count(y))
    return Problem::say("Y of rank %zu has more than %llu elements", y.rank, static_cast<Number>(kMaxCount));
  return {};
}

Problem ConvAttributes::check(const Shape& dy, const Shape& x, const Shape& w) const {
  Shape y;
  if (Problem problem = output(x, w, y)) return problem;
  if (Problem problem = check_rank("dY", dy.rank, x.rank)) return problem;
  for (std::size_t i = 0; i < y.rank; ++i) {
    if (Problem problem = check_dim("dY", i, dy.dims[i], y.dims[i])) return problem;
  }
  return {};
}

Problem ConvAttributes::check_lists(std::size_t axes, const Shape& w) const {
  const auto fits = [](const char* name, const List& list, std::size_t expected) {
    if (list.size == 0 || list.size == expected) return Problem();
    return Problem::say("attribute '%s' has %zu values, not %zu", name, list.size, expected);
  };
  if (Problem problem = fits("kernel_shape", kernel_shape_, axes)) return problem;
  if (Problem problem = fits("strides", strides_, axes)) return problem;
  if (Problem problem = fits("dilations", dilations_, axes)) return problem;
  if (Problem problem = fits("pads", pads_, 2 * axes)) return problem;
  for (std::size_t i = 0; i < axes; ++i) {
    if (w.dims[i + 2] == 0) return Problem::say("W has %d as dim %zu", 0, i + 2);
    if (Problem problem = check_dim("W", i + 2, w.dims[i + 2], value_of(kernel_shape_, i, w.dims[i + 2]))) {
      return problem;
    }
  }
  return {};
}

}  // namespace bitgraph
