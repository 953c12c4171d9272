#include "ops/invoke.h"

namespace bitgraph {

namespace {

constexpr int kMaxArguments = 8;

// The arguments as values of the runtime, which do not own their memory.
class Values {
 public:
  explicit Values(const ort::Api& api) : api_(api) {}
  ~Values() {
    for (ort::Value* value : values_) {
      if (value != nullptr) api_.ReleaseValue(value);
    }
  }
  Values(const Values&) = delete;
  Values& operator=(const Values&) = delete;

  Problem make(const ort::MemoryInfo* memory, const Argument* arguments, int count) {
    for (int i = 0; i < count; ++i) {
      const Argument& argument = arguments[i];
      std::int64_t dims[kMaxRank] = {};
      for (std::size_t axis = 0; axis < argument.shape.rank; ++axis) {
        dims[axis] = static_cast<std::int64_t>(argument.shape.dims[axis]);
      }
      const std::size_t bytes = static_cast<std::size_t>(argument.shape.count) * width_of(argument.dtype);
      ort::Status* status = api_.CreateTensorWithDataAsOrtValue(
          memory, const_cast<void*>(argument.data), bytes, dims, argument.shape.rank,
          static_cast<int>(argument.dtype), &values_[i]);
      if (Problem problem = taken(api_, status)) return problem;
    }
    return {};
  }
  ort::Value* const* data() const { return values_; }

 private:
  const ort::Api& api_;
  ort::Value* values_[kMaxArguments] = {};
};

}  // namespace

BuiltIn::~BuiltIn() {
  if (op_ != nullptr) api_->ReleaseOp(op_);
}

Problem BuiltIn::absence() const {
  return Problem::say("the runtime's own operator cannot be had: %.140s", why_not_.text());
}

void BuiltIn::create(const Attributes& node, const Signature& signature, const OpAttributes& attributes) {
  api_ = &node.api();
  inputs_ = signature.inputs;
  outputs_ = signature.outputs;
  constexpr int kFloat = static_cast<int>(Dtype::float32);
  const char* names[] = {"T", "T1", "T2", nullptr};
  int types[] = {kFloat, kFloat, kFloat, 0};
  int count = signature.floats;
  if (signature.other.name != nullptr) {
    names[count] = signature.other.name;
    types[count++] = static_cast<int>(signature.other.dtype);
  }
  why_not_ = taken(
      *api_, api_->CreateOp(node.info(), signature.name, signature.domain, signature.version, names, types,
                            count, attributes.data(), attributes.size(), inputs_, outputs_, &op_));
  if (why_not_) op_ = nullptr;
}

void BuiltIn::create(const Attributes& node, const Signature& signature, float epsilon) {
  OpAttributes attributes(node.api());
  why_not_ = attributes.number("epsilon", epsilon);
  if (!why_not_) create(node, signature, attributes);
}

Problem BuiltIn::run(const Context& context, const Argument* inputs, const Argument* outputs) const {
  ort::MemoryInfo* memory = nullptr;
  if (Problem problem =
          taken(*api_, api_->CreateCpuMemoryInfo(ort::kDeviceAllocator, ort::kDefaultMemory, &memory))) {
    return problem;
  }
  Values in(*api_), out(*api_);
  Problem problem = in.make(memory, inputs, inputs_);
  if (!problem) problem = out.make(memory, outputs, outputs_);
  api_->ReleaseMemoryInfo(memory);
  if (problem) return problem;
  return taken(*api_, api_->InvokeOp(context.raw(), op_, in.data(), inputs_, out.data(), outputs_));
}

}  // namespace bitgraph
