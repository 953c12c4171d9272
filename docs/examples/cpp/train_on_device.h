// Training from artifacts on a device, through ONNX Runtime's C API for it.
#pragma once

#include <string>

#include "ort_training_api.h"

struct Artifacts {
  std::string checkpoint, training_model, eval_model, optimizer_model;  // Paths; each graph .onnx or .ort.
  std::string library;                                                  // Of bitgraph's operators.
};

// A net in training. What a method returns is empty, or the reason why it could not be done.
class Trainer {
 public:
  Trainer() = default;
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;
  ~Trainer();

  std::string open(const Artifacts& artifacts);
  // One step on one batch; the tensors stay the caller's, who gets the loss.
  std::string step(const OrtValue* data, const OrtValue* labels, float& loss);
  // What ONNX Runtime without bitgraph reads as well.
  std::string save(const std::string& checkpoint);

 private:
  const OrtApi* ort_ = nullptr;
  const OrtTrainingApi* training_ = nullptr;
  OrtEnv* env_ = nullptr;
  OrtSessionOptions* options_ = nullptr;
  OrtCheckpointState* state_ = nullptr;
  OrtTrainingSession* session_ = nullptr;
};
