/* The part of ONNX Runtime's API for training on devices that this example calls, by the names and places it
 * has there. With ONNX Runtime's own package for training there is onnxruntime_training_c_api.h: include that
 * instead. */
#pragma once

#include <stdbool.h>

#include "ort_api.h"

typedef struct OrtTrainingSession OrtTrainingSession;
typedef struct OrtCheckpointState OrtCheckpointState;

struct OrtTrainingApi {
  OrtStatus* (*LoadCheckpoint)(const char* path, OrtCheckpointState**); /* 0 */
  OrtStatus* (*SaveCheckpoint)(OrtCheckpointState*, const char* path, const bool include_optimizer_state);
  OrtStatus* (*CreateTrainingSession)(const OrtEnv*, const OrtSessionOptions*, OrtCheckpointState*,
                                      const char* train_model_path, const char* eval_model_path,
                                      const char* optimizer_model_path, OrtTrainingSession**);
  void* unused3[4];
  OrtStatus* (*LazyResetGrad)(OrtTrainingSession*); /* 7 */
  OrtStatus* (*TrainStep)(OrtTrainingSession*, const OrtRunOptions*, size_t input_count,
                          const OrtValue* const* inputs, size_t output_count, OrtValue** outputs);
  void* unused9[3];
  OrtStatus* (*OptimizerStep)(OrtTrainingSession*, const OrtRunOptions*); /* 12 */
  void* unused13[5];
  void (*ReleaseTrainingSession)(OrtTrainingSession*); /* 18 */
  void (*ReleaseCheckpointState)(OrtCheckpointState*);
};
