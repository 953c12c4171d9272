// An operator of the runtime itself, run inside one of ours on memory that we name.
#pragma once

#include "bitgraph/problem.h"
#include "bitgraph/shape.h"
#include "ops/attributes.h"
#include "ops/context.h"
#include "ops/op_attributes.h"

namespace bitgraph {

// A tensor where we want it. The runtime reads it or writes it, as its place among the arguments says.
struct Argument {
  const void* data;
  Shape shape;
  Dtype dtype = Dtype::float32;  // Of what data points to.

  const float* floats() const { return static_cast<const float*>(data); }
};

inline Shape vector_of(std::uint64_t size) {
  Shape shape;
  shape.rank = 1;
  shape.dims[0] = shape.count = size;
  return shape;
}

class BuiltIn {
 public:
  // A type that the kernel constrains, by its name.
  struct Constraint {
    const char* name;
    Dtype dtype;
  };

  struct Signature {
    const char* name;
    const char* domain;
    int version;
    int floats;  // How many of T, T1, T2 the kernel constrains to float.
    int inputs, outputs;
    Constraint other = {nullptr, Dtype::float32};  // One besides, if it has a name.
  };

  BuiltIn() = default;
  ~BuiltIn();
  BuiltIn(const BuiltIn&) = delete;
  BuiltIn& operator=(const BuiltIn&) = delete;

  // Asks for the kernel, with those attributes, or epsilon alone. A runtime may not have it, or a minimal
  // build no such service: that is not an error, but exists() is false and absence() says what the runtime
  // said.
  void create(const Attributes& node, const Signature& signature, const OpAttributes& attributes);
  void create(const Attributes& node, const Signature& signature, float epsilon);
  bool exists() const { return op_ != nullptr; }
  Problem absence() const;

  // As many arguments as the signature says. Every output has memory: the runtime does not survive one
  // without.
  Problem run(const Context& context, const Argument* inputs, const Argument* outputs) const;

 private:
  const ort::Api* api_ = nullptr;
  ort::Op* op_ = nullptr;
  int inputs_ = 0, outputs_ = 0;
  Problem why_not_;
};

}  // namespace bitgraph
