#include "ops/conv_grad_sample.h"

#include <cstring>
#include <initializer_list>

#include "ops/sample_numbers.h"

namespace bitgraph {

namespace {

std::size_t floats_of(const Shape& shape) { return static_cast<std::size_t>(shape.count); }

bool same_floats(const float* a, const float* b, std::uint64_t count) {
  return std::memcmp(a, b, static_cast<std::size_t>(count) * sizeof(float)) == 0;
}

}  // namespace

ConvGradSample::ConvGradSample(const Context& context, const ConvAttributes& attributes, const Shape& like_w)
    : scratch_(context) {
  const auto at_most_three = [](std::uint64_t n) { return n < 3 ? n : 3; };
  const std::uint64_t group = attributes.group();
  w_shape = like_w;
  w_shape.dims[0] = group * at_most_three(like_w.dims[0] / group);
  w_shape.dims[1] = at_most_three(like_w.dims[1]);
  dy_shape.rank = x_shape.rank = w_shape.rank;
  dy_shape.dims[0] = x_shape.dims[0] = 2;
  dy_shape.dims[1] = w_shape.dims[0];
  x_shape.dims[1] = w_shape.dims[1] * group;
  const std::size_t axes = w_shape.rank - 2;
  for (std::size_t i = 0; i < axes; ++i) {
    const std::uint64_t padding = attributes.padding(i, axes), stride = attributes.stride(i);
    const std::uint64_t span = attributes.span(i, w_shape.dims[i + 2]);
    const std::uint64_t needed = padding < span ? 0 : (padding - span) / stride + 1;
    const std::uint64_t places = needed < 2 ? 2 : needed;  // Behind the first one.
    dy_shape.dims[i + 2] = places + 1;
    x_shape.dims[i + 2] = span + places * stride + (stride > 1) - padding;
  }
  for (Shape* shape : {&dy_shape, &x_shape, &w_shape}) set_count(*shape);
}

Problem ConvGradSample::fill() {
  struct Part {
    float** data;
    std::size_t count;
  };
  const std::size_t x_count = floats_of(x_shape), w_count = floats_of(w_shape),
                    channels = static_cast<std::size_t>(w_shape.dims[0]);
  const Part parts[] = {{&dy, floats_of(dy_shape)}, {&x, x_count},           {&w, w_count},
                        {&apart.dx, x_count},       {&apart.dw, w_count},    {&apart.db, channels},
                        {&in_place.dx, x_count},    {&in_place.dw, w_count}, {&in_place.db, channels}};
  std::size_t total = 0;
  const auto room_of = [](std::size_t count) { return (count + 15) / 16 * 16; };  // 64 bytes, as a tensor's.
  for (const Part& part : parts) total += room_of(part.count);
  float* at = nullptr;
  if (Problem problem = scratch_.take(total, at)) return problem;
  SampleNumbers numbers;
  for (std::size_t i = 0; i < total; ++i) at[i] = numbers.next();
  for (const Part& part : parts) {
    *part.data = at;
    at += room_of(part.count);
  }
  std::memcpy(in_place.dx, x, x_count * sizeof(float));
  return {};
}

bool ConvGradSample::same(const Gradients& a, const Gradients& b) const {
  return same_floats(a.dx, b.dx, x_shape.count) && same_floats(a.dw, b.dw, w_shape.count) &&
         same_floats(a.db, b.db, w_shape.dims[0]);
}

}  // namespace bitgraph
