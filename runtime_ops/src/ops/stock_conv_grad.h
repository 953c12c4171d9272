// The runtime's own gradient of a convolution, with dX over X or over dY, and by parts of the batch.
//
// Its kernel is done with X when it begins dX, which it makes of W and dY alone: all of dW comes before. So X
// may stand in dX's memory. Of dY it reads an image before it writes that image of dX, which may lie over it.
//
// It goes through the images in order, clears as many elements of dW and dB as these outputs have, and adds
// to them. So to outputs without elements, which begin where dW and dB stand, it adds on top.
//
// Whether all that holds is checked once for each node, on a small tensor with the node's own attributes.
#pragma once

#include "ops/conv_attributes.h"
#include "ops/invoke.h"
#include "ops/probe.h"
#include "ops/scratch.h"

namespace bitgraph {

struct ConvGradient {
  Argument dy, x, w;
  Argument dx, dw, db;  // db is null where nobody wants it.

  // Every sum is zero.
  void clear_sums() const;
  bool is_empty() const { return dy.shape.count == 0 || x.shape.count == 0 || w.shape.count == 0; }
};

class StockConvGrad {
 public:
  Problem create(const Attributes& attributes);

  // The attributes of the convolution.
  const ConvAttributes& convolution() const { return attributes_; }

  // Inputs 0 and 2, dY and W, for an X of that shape, and all outputs.
  Problem open(const Context& context, const Shape& x, ConvGradient& gradient) const;

  // With an X apart from dX.
  Problem run(const Context& context, const ConvGradient& gradient) const;

  // The same, but dW and dB are added to what stands there: the next samples of the batch.
  Problem add(const Context& context, const ConvGradient& gradient) const;
  // Whether that gives the bits of all samples at once.
  Problem adds_hold(const Context& context, const Shape& w, bool& holds) const;
  // Whether dX may be written over dY, both having as many elements.
  Problem over_dy_holds(const Context& context, const Shape& w, bool& holds) const;

  // With an X that put(float* x) writes: into dX, or beside it where the runtime reads X too late.
  template <class Put>
  Problem run_over(const Context& context, ConvGradient gradient, Put put) const {
    if (gradient.is_empty()) return run(context, gradient);
    bool holds = false;
    if (Problem problem = in_place_holds(context, gradient, holds)) return problem;
    Scratch scratch(context);
    auto* x = static_cast<float*>(const_cast<void*>(gradient.dx.data));
    if (!holds) {
      if (Problem problem = scratch.take(static_cast<std::size_t>(gradient.dx.shape.count), x))
        return problem;
    }
    put(x);
    gradient.x.data = x;
    return run(context, gradient);
  }

 private:
  Problem in_place_holds(const Context& context, const ConvGradient& gradient, bool& holds) const;
  Problem check_in_place(const Context& context, const ConvGradient& gradient, bool& holds) const;
  Problem check_adds(const Context& context, const Shape& w, bool& holds) const;
  Problem check_over_dy(const Context& context, const Shape& w, bool& holds) const;
  Problem run_op(const Context& context, const ConvGradient& gradient) const;

  ConvAttributes attributes_;
  BuiltIn op_, op_with_db_;  // The runtime wants to know beforehand how many outputs there will be.
  mutable Probe probe_{"conv_grad_in_place"}, adds_{"conv_grad_adds"}, over_dy_{"conv_grad_over_dy"};
};

}  // namespace bitgraph
