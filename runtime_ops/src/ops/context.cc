#include "ops/context.h"

namespace bitgraph {

Problem taken(const ort::Api& api, ort::Status* status) {
  if (status == nullptr) return {};
  const Problem problem = Problem::say("%.180s", api.GetErrorMessage(status));
  api.ReleaseStatus(status);
  return problem ? problem : Problem::say("ONNX Runtime gave an error without a text");
}

namespace {

Problem read_shape(const ort::Api& api, const ort::TensorInfo* info, Tensor& tensor) {
  int dtype = 0;
  if (Problem problem = taken(api, api.GetTensorElementType(info, &dtype))) return problem;
  std::size_t rank = 0;
  if (Problem problem = taken(api, api.GetDimensionsCount(info, &rank))) return problem;
  if (rank > kMaxRank) return Problem::say("a tensor has rank %zu, at most %zu is allowed", rank, kMaxRank);
  std::int64_t dims[kMaxRank] = {};
  if (Problem problem = taken(api, api.GetDimensions(info, dims, rank))) return problem;
  tensor.dtype = static_cast<Dtype>(dtype);
  tensor.shape.rank = rank;
  for (std::size_t i = 0; i < rank; ++i) tensor.shape.dims[i] = static_cast<std::uint64_t>(dims[i]);
  if (!set_count(tensor.shape)) {
    return Problem::say("a tensor of rank %zu has more than %llu elements", rank,
                        static_cast<unsigned long long>(kMaxCount));
  }
  return {};
}

void run_in_pool(void* self, void (*task)(void*, std::size_t), std::size_t total, void* arg);

}  // namespace

Problem check_same_dims(const char* a_name, const Shape& a, const char* b_name, const Shape& b) {
  if (a.rank != b.rank) {
    return Problem::say("%s has rank %zu, %s has rank %zu", a_name, a.rank, b_name, b.rank);
  }
  for (std::size_t i = 0; i < a.rank; ++i) {
    if (a.dims[i] == b.dims[i]) continue;
    return Problem::say("%s has %llu as dim %zu, %s has %llu", a_name,
                        static_cast<unsigned long long>(a.dims[i]), i, b_name,
                        static_cast<unsigned long long>(b.dims[i]));
  }
  return {};
}

Problem Context::count(std::size_t& inputs, std::size_t& outputs) const {
  if (Problem problem = taken(api_, api_.KernelContext_GetInputCount(raw_, &inputs))) return problem;
  return taken(api_, api_.KernelContext_GetOutputCount(raw_, &outputs));
}

Problem Context::input(std::size_t i, Tensor& tensor) const {
  const ort::Value* value = nullptr;
  if (Problem problem = taken(api_, api_.KernelContext_GetInput(raw_, i, &value))) return problem;
  tensor.present = value != nullptr;
  if (!tensor.present) return {};

  ort::TensorInfo* info = nullptr;
  if (Problem problem = taken(api_, api_.GetTensorTypeAndShape(value, &info))) return problem;
  const Problem problem = read_shape(api_, info, tensor);
  api_.ReleaseTensorTypeAndShapeInfo(info);
  if (problem) return problem;

  void* data = nullptr;  // The interface has no const getter in this version; nothing is written through it.
  if (Problem failed = taken(api_, api_.GetTensorMutableData(const_cast<ort::Value*>(value), &data))) {
    return failed;
  }
  tensor.data = data;
  return {};
}

Problem Context::output(std::size_t i, const Shape& shape, void*& data) const {
  bool connected = false;
  if (Problem problem = optional_output(i, shape, data, connected)) return problem;
  return connected ? Problem() : Problem::say("output %zu is not connected", i);
}

Problem Context::optional_output(std::size_t i, const Shape& shape, void*& data, bool& connected) const {
  std::int64_t dims[kMaxRank] = {};
  for (std::size_t axis = 0; axis < shape.rank; ++axis)
    dims[axis] = static_cast<std::int64_t>(shape.dims[axis]);
  ort::Value* value = nullptr;
  if (Problem problem = taken(api_, api_.KernelContext_GetOutput(raw_, i, dims, shape.rank, &value))) {
    return problem;
  }
  connected = value != nullptr;
  if (!connected) return {};
  return taken(api_, api_.GetTensorMutableData(value, &data));
}

Problem Context::output_blob(std::size_t i, std::uint64_t bytes, std::uint8_t*& blob) const {
  Shape shape;
  shape.rank = 1;
  shape.dims[0] = shape.count = bytes;
  void* data = nullptr;
  const Problem problem = output(i, shape, data);
  blob = static_cast<std::uint8_t*>(data);
  return problem;
}

Problem Context::pass_on(std::size_t i, const Tensor& tensor) const {
  void* data = nullptr;
  if (Problem problem = output(i, tensor.shape, data)) return problem;
  const std::uint64_t bytes = tensor.shape.count * width_of(tensor.dtype);
  copy_bytes(tensor.data, bytes, active_kernels(), workers(), data);
  return {};
}

Problem Context::held_input(std::size_t i, Dtype dtype, Held& held, Dtype or_else) const {
  Tensor blob;
  if (Problem problem = input(i, blob)) return problem;
  const auto size = static_cast<std::size_t>(blob.shape.count);
  if (Problem problem = read_header(blob.as<std::uint8_t>(), size, held)) return problem;
  if (held.dtype != dtype && (or_else == Dtype::undefined || held.dtype != or_else)) {
    return Problem::say("held blob has element type %u, type %u is needed", static_cast<unsigned>(held.dtype),
                        static_cast<unsigned>(dtype));
  }
  return validate(held, active_kernels(), workers());
}

Workers Context::workers() const { return {run_in_pool, const_cast<Context*>(this)}; }

void Context::run(void (*task)(void*, std::size_t), std::size_t total, void* arg) const {
  constexpr std::size_t kOneBatchPerThread = 0;
  ort::Status* status = api_.KernelContext_ParallelFor(raw_, task, total, kOneBatchPerThread, arg);
  if (status == nullptr) return;
  // It refuses before it has run any task (it could only for want of a context): the work is done here.
  api_.ReleaseStatus(status);
  for (std::size_t i = 0; i < total; ++i) task(arg, i);
}

namespace {

void run_in_pool(void* self, void (*task)(void*, std::size_t), std::size_t total, void* arg) {
  static_cast<const Context*>(self)->run(task, total, arg);
}

}  // namespace

}  // namespace bitgraph
