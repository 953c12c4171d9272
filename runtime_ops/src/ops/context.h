// One run of an operator: its inputs and outputs as plain pointers and shapes, and ONNX Runtime's thread
// pool.
#pragma once

#include "bitgraph/dtypes.h"
#include "bitgraph/held.h"
#include "bitgraph/problem.h"
#include "bitgraph/shape.h"
#include "bitgraph/workers.h"
#include "ort_abi.h"

namespace bitgraph {

struct Tensor {
  const void* data = nullptr;
  Dtype dtype = Dtype::undefined;
  Shape shape;
  bool present = false;  // False for an optional input that the node leaves out.

  template <class T>
  const T* as() const {
    return static_cast<const T*>(data);
  }
};

// The problem that a status is, if any. Takes the status over: it is released, its text kept.
Problem taken(const ort::Api& api, ort::Status* status);

// A problem that names the first dim in which the two shapes differ.
Problem check_same_dims(const char* a_name, const Shape& a, const char* b_name, const Shape& b);

class Context {
 public:
  Context(const ort::Api& api, ort::KernelContext* raw) : api_(api), raw_(raw) {}

  // How many inputs and outputs the node has, for an operator that takes any number.
  Problem count(std::size_t& inputs, std::size_t& outputs) const;
  Problem input(std::size_t i, Tensor& tensor) const;
  // Allocates output i; data stays null for an empty tensor.
  Problem output(std::size_t i, const Shape& shape, void*& data) const;
  // The same where the node may leave output i out: then it is not connected.
  Problem optional_output(std::size_t i, const Shape& shape, void*& data, bool& connected) const;
  // Output i as a held blob of that many bytes.
  Problem output_blob(std::size_t i, std::uint64_t bytes, std::uint8_t*& blob) const;
  // Output i as the same tensor as `tensor`: nothing to do where it shares its memory, else a copy.
  Problem pass_on(std::size_t i, const Tensor& tensor) const;
  // Input i as a validated held form of type `dtype`, or of `or_else` where that is a type.
  Problem held_input(std::size_t i, Dtype dtype, Held& held, Dtype or_else = Dtype::undefined) const;

  // ONNX Runtime's thread pool. The context must outlive it.
  Workers workers() const;
  void run(void (*task)(void*, std::size_t), std::size_t total, void* arg) const;

  const ort::Api& api() const { return api_; }
  const ort::KernelContext* raw() const { return raw_; }

 private:
  const ort::Api& api_;
  ort::KernelContext* raw_;
};

}  // namespace bitgraph
