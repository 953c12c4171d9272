// The attributes that ConvGrad has from its Conv, and what they say about the shapes.
//   dilations, strides  1 for each axis of the image where absent
//   pads                of the begin of each axis, then of its end; 0 where absent
//   group               1 where absent; only of images with two axes: the runtime's own gradient writes past
//                       its memory with one
//   kernel_shape        W's where absent
//   auto_pad            NOTSET or, without pads, VALID: with the others the runtime's own gradient pads
//   nothing
#pragma once

#include "bitgraph/problem.h"
#include "bitgraph/shape.h"
#include "ops/attributes.h"
#include "ops/op_attributes.h"

namespace bitgraph {

class ConvAttributes {
 public:
  static constexpr std::size_t kMaxAxes = kMaxRank - 2;

  Problem read(const Attributes& node);
  // Those that were there, for an operator of the runtime.
  Problem write(OpAttributes& attributes) const;

  // The shape of a convolution of X with W.
  Problem output(const Shape& x, const Shape& w, Shape& y) const;
  // Whether dY is the gradient of a convolution of X with W; the runtime would not see it.
  Problem check(const Shape& dy, const Shape& x, const Shape& w) const;

  std::uint64_t group() const { return static_cast<std::uint64_t>(group_); }
  std::uint64_t stride(std::size_t axis) const { return value_of(strides_, axis, 1); }
  // What a kernel of that many elements covers.
  std::uint64_t span(std::size_t axis, std::uint64_t kernel) const {
    return (kernel - 1) * value_of(dilations_, axis, 1) + 1;
  }
  std::uint64_t padding(std::size_t axis, std::size_t axes) const {
    return value_of(pads_, axis, 0) + value_of(pads_, axis + axes, 0);
  }

 private:
  struct List {
    std::int64_t values[2 * kMaxAxes] = {};
    std::size_t size = 0;
  };

  static Problem read_list(const Attributes& node, const char* name, std::size_t room, std::int64_t least,
                           List& list);
  static std::uint64_t value_of(const List& list, std::size_t i, std::uint64_t absent) {
    return list.size == 0 ? absent : static_cast<std::uint64_t>(list.values[i]);
  }
  Problem check_lists(std::size_t axes, const Shape& w) const;

  List kernel_shape_, strides_, dilations_, pads_;
  std::int64_t group_ = 1;
};

}  // namespace bitgraph
