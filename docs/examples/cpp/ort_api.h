/* The part of ONNX Runtime's C API that these examples call, by the names and places it has there.
 *
 * The Python wheels carry the runtime (libonnxruntime.so) but no headers. With ONNX Runtime's own package for
 * C there is onnxruntime_c_api.h: include that instead, nothing else changes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { ORT_API_VERSION = 18 };

typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtValue OrtValue;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtTrainingApi OrtTrainingApi;

enum OrtLoggingLevel { ORT_LOGGING_LEVEL_WARNING = 2 };
enum OrtAllocatorType { OrtDeviceAllocator = 0 };
enum OrtMemType { OrtMemTypeDefault = 0 };
enum ONNXTensorElementDataType { ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT = 1 };

typedef struct OrtApi {
  void* unused0[2];
  const char* (*GetErrorMessage)(const OrtStatus*); /* 2 */
  OrtStatus* (*CreateEnv)(enum OrtLoggingLevel, const char* name, OrtEnv**);
  void* unused4[3];
  OrtStatus* (*CreateSession)(const OrtEnv*, const char* path, const OrtSessionOptions*,
                              OrtSession**); /* 7 */
  void* unused8[1];
  OrtStatus* (*Run)(OrtSession*, const OrtRunOptions*, const char* const* input_names,
                    const OrtValue* const* inputs, size_t input_count, const char* const* output_names,
                    size_t output_count, OrtValue** outputs); /* 9 */
  OrtStatus* (*CreateSessionOptions)(OrtSessionOptions**);
  void* unused11[13];
  OrtStatus* (*SetIntraOpNumThreads)(OrtSessionOptions*, int); /* 24 */
  void* unused25[5];
  OrtStatus* (*SessionGetInputCount)(const OrtSession*, size_t*); /* 30 */
  OrtStatus* (*SessionGetOutputCount)(const OrtSession*, size_t*);
  void* unused32[1];
  OrtStatus* (*SessionGetInputTypeInfo)(const OrtSession*, size_t, OrtTypeInfo**); /* 33 */
  void* unused34[2];
  OrtStatus* (*SessionGetInputName)(const OrtSession*, size_t, OrtAllocator*, char**); /* 36 */
  OrtStatus* (*SessionGetOutputName)(const OrtSession*, size_t, OrtAllocator*, char**);
  void* unused38[11];
  OrtStatus* (*CreateTensorWithDataAsOrtValue)(const OrtMemoryInfo*, void* data, size_t bytes,
                                               const int64_t* shape, size_t rank,
                                               enum ONNXTensorElementDataType, OrtValue**); /* 49 */
  void* unused50[1];
  OrtStatus* (*GetTensorMutableData)(OrtValue*, void**); /* 51 */
  void* unused52[3];
  OrtStatus* (*CastTypeInfoToTensorInfo)(const OrtTypeInfo*, const OrtTensorTypeAndShapeInfo**); /* 55 */
  void* unused56[5];
  OrtStatus* (*GetDimensionsCount)(const OrtTensorTypeAndShapeInfo*, size_t*); /* 61 */
  OrtStatus* (*GetDimensions)(const OrtTensorTypeAndShapeInfo*, int64_t*, size_t);
  void* unused63[6];
  OrtStatus* (*CreateCpuMemoryInfo)(enum OrtAllocatorType, enum OrtMemType, OrtMemoryInfo**); /* 69 */
  void* unused70[6];
  OrtStatus* (*AllocatorFree)(OrtAllocator*, void*); /* 76 */
  void* unused77[1];
  OrtStatus* (*GetAllocatorWithDefaultOptions)(OrtAllocator**); /* 78 */
  void* unused79[13];
  void (*ReleaseEnv)(OrtEnv*); /* 92 */
  void (*ReleaseStatus)(OrtStatus*);
  void (*ReleaseMemoryInfo)(OrtMemoryInfo*); /* 94 */
  void (*ReleaseSession)(OrtSession*);
  void (*ReleaseValue)(OrtValue*);
  void* unused97[1];
  void (*ReleaseTypeInfo)(OrtTypeInfo*); /* 98 */
  void* unused99[1];
  void (*ReleaseSessionOptions)(OrtSessionOptions*); /* 100 */
  void* unused101[118];
  const OrtTrainingApi* (*GetTrainingApi)(uint32_t version); /* 219 */
  void* unused220[8];
  OrtStatus* (*RegisterCustomOpsLibrary_V2)(OrtSessionOptions*, const char* path); /* 228 */
} OrtApi;

typedef struct OrtApiBase {
  const OrtApi* (*GetApi)(uint32_t version);
  const char* (*GetVersionString)(void);
} OrtApiBase;

#ifdef __cplusplus
extern "C"
#endif
    const OrtApiBase* OrtGetApiBase(void);
