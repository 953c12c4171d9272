// A small convolution with the attributes of a large one, for the question that is asked of the runtime.
#pragma once

#include "ops/conv_attributes.h"
#include "ops/scratch.h"

namespace bitgraph {

class ConvGradSample {
 public:
  // Two samples, at most three channels a group, on each axis three places of the kernel or as many as its
  // padding needs, and a rest that the stride leaves over.
  ConvGradSample(const Context& context, const ConvAttributes& attributes, const Shape& like_w);

  // Takes the memory and fills the three inputs with numbers that use all their bits.
  Problem fill();

  struct Gradients {
    float *dx, *dw, *db;
  };
  bool same(const Gradients& a, const Gradients& b) const;

  Shape dy_shape, x_shape, w_shape;
  float *dy = nullptr, *x = nullptr, *w = nullptr;
  Gradients apart = {}, in_place = {};

 private:
  Scratch scratch_;
};

}  // namespace bitgraph
