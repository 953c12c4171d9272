// Attributes for an operator of the runtime, as its interface takes them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bitgraph/problem.h"
#include "ort_abi.h"

namespace bitgraph {

class OpAttributes {
 public:
  explicit OpAttributes(const ort::Api& api) : api_(api) {}
  ~OpAttributes();
  OpAttributes(const OpAttributes&) = delete;
  OpAttributes& operator=(const OpAttributes&) = delete;

  Problem number(const char* name, float value);
  Problem integer(const char* name, std::int64_t value);
  Problem text(const char* name, const char* value);
  Problem integers(const char* name, const std::int64_t* values, std::size_t count);

  const ort::OpAttr* const* data() const { return all_; }
  int size() const { return size_; }

 private:
  static constexpr int kMax = 8;

  Problem add(const char* name, const void* data, int length, ort::AttrType type);

  const ort::Api& api_;
  ort::OpAttr* all_[kMax] = {};
  int size_ = 0;
};

}  // namespace bitgraph
