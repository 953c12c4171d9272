// Compiled by the tests but not run: no wheel of ONNX Runtime exports this API.
#include "train_on_device.h"

namespace {

// The reason in a status, which ends here: empty when there is none.
std::string reason(const OrtApi& ort, OrtStatus* status) {
  if (status == nullptr) return "";
  std::string text = ort.GetErrorMessage(status);
  ort.ReleaseStatus(status);
  return text;
}

}  // namespace

std::string Trainer::open(const Artifacts& artifacts) {
  ort_ = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  if (ort_ == nullptr) return "this ONNX Runtime is too old";
  training_ = ort_->GetTrainingApi(ORT_API_VERSION);
  if (training_ == nullptr) return "this ONNX Runtime was built without training";
  std::string problem = reason(*ort_, ort_->CreateEnv(ORT_LOGGING_LEVEL_WARNING, "train", &env_));
  if (problem.empty()) problem = reason(*ort_, ort_->CreateSessionOptions(&options_));
  if (problem.empty()) {
    problem = reason(*ort_, ort_->RegisterCustomOpsLibrary_V2(options_, artifacts.library.c_str()));
  }
  if (problem.empty()) {
    problem = reason(*ort_, training_->LoadCheckpoint(artifacts.checkpoint.c_str(), &state_));
  }
  if (!problem.empty()) return problem;
  return reason(*ort_, training_->CreateTrainingSession(
                           env_, options_, state_, artifacts.training_model.c_str(),
                           artifacts.eval_model.c_str(), artifacts.optimizer_model.c_str(), &session_));
}

std::string Trainer::step(const OrtValue* data, const OrtValue* labels, float& loss) {
  const OrtValue* const inputs[] = {data, labels};
  OrtValue* result = nullptr;
  std::string problem = reason(*ort_, training_->TrainStep(session_, nullptr, 2, inputs, 1, &result));
  if (!problem.empty()) return problem;
  void* value = nullptr;
  problem = reason(*ort_, ort_->GetTensorMutableData(result, &value));
  if (problem.empty()) loss = *static_cast<const float*>(value);
  ort_->ReleaseValue(result);
  if (problem.empty()) problem = reason(*ort_, training_->OptimizerStep(session_, nullptr));
  if (problem.empty()) problem = reason(*ort_, training_->LazyResetGrad(session_));
  return problem;
}

std::string Trainer::save(const std::string& checkpoint) {
  return reason(*ort_, training_->SaveCheckpoint(state_, checkpoint.c_str(), true));
}

Trainer::~Trainer() {
  // The state has to outlive the session.
  if (session_ != nullptr) training_->ReleaseTrainingSession(session_);
  if (state_ != nullptr) training_->ReleaseCheckpointState(state_);
  if (options_ != nullptr) ort_->ReleaseSessionOptions(options_);
  if (env_ != nullptr) ort_->ReleaseEnv(env_);
}
