// A small tensor for the questions that are asked of the runtime: planes of odd size, all bits of a number in
// use. Its parts begin at multiples of 64 bytes, as the runtime's own tensors do.
#pragma once

#include <cstdint>
#include <cstring>

#include "ops/batch_norm_inputs.h"
#include "ops/sample_numbers.h"

namespace bitgraph {

struct BatchNormSample {
  static constexpr std::size_t kBatch = 3, kChannels = 7, kPlane = 39, kCount = kBatch * kChannels * kPlane;

  alignas(64) float x[kCount];
  alignas(64) float dy[kCount];
  alignas(64) float scale[kChannels];
  alignas(64) float bias[kChannels];
  alignas(64) float mean[kChannels];
  alignas(64) float inv_std[kChannels];

  BatchNormSample() {
    SampleNumbers numbers;
    const auto next = [&numbers] { return numbers.next(); };
    for (float& value : x) value = next() * 3.0f;
    for (float& value : dy) value = next();
    for (float& value : scale) value = next() + 1.25f;
    for (float& value : bias) value = next();
    for (float& value : mean) value = next();
    for (float& value : inv_std) value = next() + 1.5f;
    bias[1] = x[5] = dy[6] = -0.0f;
    for (std::size_t i = 0; i < kPlane; ++i) x[6 * kPlane + i] = 1e-41f * next();
  }

  BatchNormInputs inputs() const {
    BatchNormInputs all;
    all.shape.rank = 3;
    const std::uint64_t dims[] = {kBatch, kChannels, kPlane};
    std::memcpy(all.shape.dims, dims, sizeof dims);
    all.shape.count = kCount;
    all.x = x;
    all.scale = scale;
    all.bias = bias;
    all.mean = mean;
    all.inv_std = inv_std;
    all.channels = kChannels;
    all.planes = kBatch * kChannels;
    all.plane = kPlane;
    return all;
  }
};

}  // namespace bitgraph
