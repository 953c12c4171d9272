// The attributes of a node, read when its kernel is made. A line of a program has its own (stream/).
#pragma once

#include <cstddef>
#include <cstdint>

#include "bitgraph/problem.h"
#include "ort_abi.h"

namespace bitgraph {

class Attributes {
 public:
  Attributes(const ort::Api& api, const ort::KernelInfo* info) : api_(api), info_(info) {}
  virtual ~Attributes() = default;

  virtual Problem integer(const char* name, std::int64_t& value) const;
  virtual Problem number(const char* name, float& value) const;
  // At most `room` of them; `size` says how many there are.
  virtual Problem integers(const char* name, std::int64_t* values, std::size_t room, std::size_t& size) const;
  // With its final zero byte, at most `room` bytes.
  virtual Problem text(const char* name, char* value, std::size_t room) const;

  const ort::Api& api() const { return api_; }
  const ort::KernelInfo* info() const { return info_; }

 private:
  const ort::Api& api_;
  const ort::KernelInfo* info_;
};

}  // namespace bitgraph
