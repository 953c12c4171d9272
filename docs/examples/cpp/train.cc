// Trains a step graph through ONNX Runtime's C API, with plain gradient descent.
//
//   train STEP.onnx LIBRARY VALUES STEPS RATE
//
// STEP.onnx takes parameters and data and gives the loss, and `p_grad` for each parameter p; all are float32
// of fixed shapes. LIBRARY is bitgraph's. VALUES has the inputs to begin with, one behind the other in the
// graph's order. Each step prints the loss, as a number and as its bits.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "ort_api.h"

namespace {

const OrtApi* ort = nullptr;

[[noreturn]] void stop(const char* reason) {
  std::fprintf(stderr, "train: %s\n", reason);
  std::exit(1);
}

void check(OrtStatus* status) {
  if (status != nullptr) stop(ort->GetErrorMessage(status));
}

// An input, whose memory is ours: what is written there is read by the next step.
struct Input {
  std::string name;
  std::vector<float> values;
  OrtValue* tensor = nullptr;
};

using NameOf = OrtStatus* (*)(const OrtSession*, std::size_t, OrtAllocator*, char**);

std::string name_of(const OrtSession* session, NameOf get, std::size_t i) {
  OrtAllocator* allocator = nullptr;
  check(ort->GetAllocatorWithDefaultOptions(&allocator));
  char* text = nullptr;
  check(get(session, i, allocator, &text));
  std::string name = text;
  check(ort->AllocatorFree(allocator, text));
  return name;
}

std::vector<std::int64_t> shape_of(const OrtSession* session, std::size_t i) {
  OrtTypeInfo* type = nullptr;
  check(ort->SessionGetInputTypeInfo(session, i, &type));
  const OrtTensorTypeAndShapeInfo* info = nullptr;
  check(ort->CastTypeInfoToTensorInfo(type, &info));
  std::size_t rank = 0;
  check(ort->GetDimensionsCount(info, &rank));
  std::vector<std::int64_t> shape(rank);
  check(ort->GetDimensions(info, shape.data(), rank));
  ort->ReleaseTypeInfo(type);
  return shape;
}

std::vector<Input> read_inputs(const OrtSession* session, const char* path) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) stop("VALUES cannot be read");
  std::size_t count = 0;
  check(ort->SessionGetInputCount(session, &count));
  OrtMemoryInfo* memory = nullptr;
  check(ort->CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, &memory));
  std::vector<Input> inputs(count);
  for (std::size_t i = 0; i < count; ++i) {
    Input& input = inputs[i];
    input.name = name_of(session, ort->SessionGetInputName, i);
    const std::vector<std::int64_t> shape = shape_of(session, i);
    std::size_t size = 1;
    for (const std::int64_t dim : shape) size *= static_cast<std::size_t>(dim);
    input.values.resize(size);
    if (std::fread(input.values.data(), sizeof(float), size, file) != size) stop("VALUES is too short");
    check(ort->CreateTensorWithDataAsOrtValue(memory, input.values.data(), size * sizeof(float), shape.data(),
                                              shape.size(), ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
                                              &input.tensor));
  }
  ort->ReleaseMemoryInfo(memory);
  std::fclose(file);
  return inputs;
}

const float* values_of(OrtValue* tensor) {
  void* data = nullptr;
  check(ort->GetTensorMutableData(tensor, &data));
  return static_cast<const float*>(data);
}

// p = p - rate * p_grad
void update(Input& parameter, const float* gradient, float rate) {
  for (std::size_t i = 0; i < parameter.values.size(); ++i) {
    const float change = rate * gradient[i];
    parameter.values[i] -= change;
  }
}

void train(OrtSession* session, const char* values, int steps, float rate) {
  std::vector<Input> inputs = read_inputs(session, values);
  std::vector<const char*> input_names, output_names;
  std::vector<const OrtValue*> tensors;
  for (const Input& input : inputs) {
    input_names.push_back(input.name.c_str());
    tensors.push_back(input.tensor);
  }
  std::size_t count = 0;
  check(ort->SessionGetOutputCount(session, &count));
  std::vector<std::string> names(count);
  for (std::size_t i = 0; i < count; ++i) {
    names[i] = name_of(session, ort->SessionGetOutputName, i);
    output_names.push_back(names[i].c_str());
  }
  for (int step = 0; step < steps; ++step) {
    std::vector<OrtValue*> results(count, nullptr);
    check(ort->Run(session, nullptr, input_names.data(), tensors.data(), tensors.size(), output_names.data(),
                   count, results.data()));
    for (std::size_t i = 0; i < count; ++i) {
      if (names[i] == "loss") {
        std::uint32_t bits = 0;
        std::memcpy(&bits, values_of(results[i]), sizeof bits);
        std::printf("%.9g %08x\n", static_cast<double>(*values_of(results[i])), static_cast<unsigned>(bits));
      }
      for (Input& input : inputs) {
        if (names[i] == input.name + "_grad") update(input, values_of(results[i]), rate);
      }
      ort->ReleaseValue(results[i]);
    }
  }
  for (const Input& input : inputs) ort->ReleaseValue(input.tensor);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 6) stop("usage: train STEP.onnx LIBRARY VALUES STEPS RATE");
  ort = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  if (ort == nullptr) stop("this ONNX Runtime is too old");
  OrtEnv* env = nullptr;
  check(ort->CreateEnv(ORT_LOGGING_LEVEL_WARNING, "train", &env));
  OrtSessionOptions* options = nullptr;
  check(ort->CreateSessionOptions(&options));
  check(ort->SetIntraOpNumThreads(options, 1));
  check(ort->RegisterCustomOpsLibrary_V2(options, arguments[2]));
  OrtSession* session = nullptr;
  check(ort->CreateSession(env, arguments[1], options, &session));
  train(session, arguments[3], std::atoi(arguments[4]), std::strtof(arguments[5], nullptr));
  ort->ReleaseSession(session);
  ort->ReleaseSessionOptions(options);
  ort->ReleaseEnv(env);
}
