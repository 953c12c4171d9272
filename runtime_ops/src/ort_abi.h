// Our own declaration of the part of ONNX Runtime's C interface that this library uses.
//
// ONNX Runtime's wheels ship no C headers, and a copy of its 7000-line header would tie the build to one
// release. The interface is stable: a table of functions to which members are only ever appended, asked for
// by a version number, and a struct of callbacks that carries its own version. So a small declaration with
// the right offsets serves every release, needs no SDK on any platform, and is written here in full: slots
// that are not used are gaps, and static_asserts pin the rest to their slot numbers.
//
// Version 18 (ONNX Runtime 1.18) is the first that reads the alias hook of a custom op, without which a Pack
// would copy its tensor. Version 20 and above are refused by ONNX Runtime 1.19.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(_WIN32)
#define BITGRAPH_ORT_CALL __stdcall
#define BITGRAPH_EXPORT extern "C" __declspec(dllexport)
#else
#define BITGRAPH_ORT_CALL
#define BITGRAPH_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace bitgraph::ort {

constexpr std::uint32_t kApiVersion = 18;

// Objects of ONNX Runtime, seen only as pointers.
struct Status;
struct Value;
struct KernelInfo;
struct KernelContext;
struct TensorInfo;
struct SessionOptions;
struct CustomOpDomain;
struct MemoryInfo;
struct Env;
struct Op;
struct OpAttr;

enum ErrorCode : int { kFail = 1, kInvalidArgument = 2 };
enum AttrType : int { kAttrInt = 1, kAttrInts = 2, kAttrFloat = 3, kAttrString = 5 };
enum AllocatorType : int { kDeviceAllocator = 0 };
enum MemoryType : int { kDefaultMemory = 0 };
enum LoggingLevel : int { kWarning = 2 };
enum Characteristic : int { kRequired = 0, kOptional = 1, kVariadic = 2 };

struct CustomOp;

// Where the runtime takes memory from: callbacks, as of version 18.
struct Allocator {
  std::uint32_t version;
  void*(BITGRAPH_ORT_CALL* Alloc)(Allocator*, std::size_t);
  void(BITGRAPH_ORT_CALL* Free)(Allocator*, void*);
  const MemoryInfo*(BITGRAPH_ORT_CALL* Info)(const Allocator*);
  void*(BITGRAPH_ORT_CALL* Reserve)(Allocator*, std::size_t);
};

template <class... Args>
using Call = Status*(BITGRAPH_ORT_CALL*)(Args...);

template <std::size_t slots>
struct Gap {
  void* unused[slots];
};

struct Api {
  Call<ErrorCode, const char*> CreateStatus;  // 0
  Gap<1> gap1;
  const char*(BITGRAPH_ORT_CALL* GetErrorMessage)(const Status*);  // 2
  Call<LoggingLevel, const char*, Env**> CreateEnv;                // 3
  Gap<13> gap4;
  Call<SessionOptions*> DisableMemPattern;  // 17
  Gap<8> gap18;
  Call<const char*, CustomOpDomain**> CreateCustomOpDomain;   // 26
  Call<CustomOpDomain*, const CustomOp*> CustomOpDomain_Add;  // 27
  Call<SessionOptions*, CustomOpDomain*> AddCustomOpDomain;   // 28
  Gap<20> gap29;
  Call<const MemoryInfo*, void*, std::size_t, const std::int64_t*, std::size_t, int, Value**>
      CreateTensorWithDataAsOrtValue;  // 49
  Gap<1> gap50;
  Call<Value*, void**> GetTensorMutableData;  // 51
  Gap<8> gap52;
  Call<const TensorInfo*, int*> GetTensorElementType;                 // 60
  Call<const TensorInfo*, std::size_t*> GetDimensionsCount;           // 61
  Call<const TensorInfo*, std::int64_t*, std::size_t> GetDimensions;  // 62
  Gap<2> gap63;
  Call<const Value*, TensorInfo**> GetTensorTypeAndShape;  // 65
  Gap<3> gap66;
  Call<AllocatorType, MemoryType, MemoryInfo**> CreateCpuMemoryInfo;  // 69
  Gap<5> gap70;
  Call<Allocator*, std::size_t, void**> AllocatorAlloc;  // 75
  Call<Allocator*, void*> AllocatorFree;                 // 76
  Gap<1> gap77;
  Call<Allocator**> GetAllocatorWithDefaultOptions;  // 78
  Gap<6> gap79;
  Call<const KernelInfo*, const char*, float*> KernelInfoGetAttribute_float;                             // 85
  Call<const KernelInfo*, const char*, std::int64_t*> KernelInfoGetAttribute_int64;                      // 86
  Call<const KernelInfo*, const char*, char*, std::size_t*> KernelInfoGetAttribute_string;               // 87
  Call<const KernelContext*, std::size_t*> KernelContext_GetInputCount;                                  // 88
  Call<const KernelContext*, std::size_t*> KernelContext_GetOutputCount;                                 // 89
  Call<const KernelContext*, std::size_t, const Value**> KernelContext_GetInput;                         // 90
  Call<KernelContext*, std::size_t, const std::int64_t*, std::size_t, Value**> KernelContext_GetOutput;  // 91
  void(BITGRAPH_ORT_CALL* ReleaseEnv)(Env*);                                                             // 92
  void(BITGRAPH_ORT_CALL* ReleaseStatus)(Status*);                                                       // 93
  void(BITGRAPH_ORT_CALL* ReleaseMemoryInfo)(MemoryInfo*);                                               // 94
  Gap<1> gap95;
  void(BITGRAPH_ORT_CALL* ReleaseValue)(Value*);  // 96
  Gap<2> gap97;
  void(BITGRAPH_ORT_CALL* ReleaseTensorTypeAndShapeInfo)(TensorInfo*);  // 99
  Gap<1> gap100;
  void(BITGRAPH_ORT_CALL* ReleaseCustomOpDomain)(CustomOpDomain*);  // 101
  Gap<28> gap102;
  Call<SessionOptions*, const char*, const char*> AddSessionConfigEntry;  // 130
  Gap<1> gap131;
  void(BITGRAPH_ORT_CALL* ReleaseAllocator)(Allocator*);  // 132
  Gap<30> gap133;
  Call<const KernelInfo*, const char*, std::int64_t*, std::size_t*> KernelInfoGetAttributeArray_int64;  // 163
  Gap<12> gap164;
  Call<Env*, Allocator*> RegisterAllocator;  // 176
  Gap<34> gap177;
  Call<const char*, const void*, int, AttrType, OpAttr**> CreateOpAttr;  // 211
  void(BITGRAPH_ORT_CALL* ReleaseOpAttr)(OpAttr*);                       // 212
  Call<const KernelInfo*, const char*, const char*, int, const char**, const int*, int, const OpAttr* const*,
       int, int, int, Op**>
      CreateOp;                                                                                  // 213
  Call<const KernelContext*, const Op*, const Value* const*, int, Value* const*, int> InvokeOp;  // 214
  void(BITGRAPH_ORT_CALL* ReleaseOp)(Op*);                                                       // 215
  Gap<21> gap216;
  Call<const SessionOptions*, const char*, int*> HasSessionConfigEntry;  // 237
  Gap<15> gap238;
  Call<const KernelContext*, const MemoryInfo*, Allocator**> KernelContext_GetAllocator;  // 253
  Gap<20> gap254;
  Call<const KernelContext*, void (*)(void*, std::size_t), std::size_t, std::size_t, void*>
      KernelContext_ParallelFor;  // 274
};

#define BITGRAPH_SLOT(member, slot) \
  static_assert(offsetof(Api, member) == (slot) * sizeof(void*), #member " is slot " #slot)
BITGRAPH_SLOT(CreateStatus, 0);
BITGRAPH_SLOT(GetErrorMessage, 2);
BITGRAPH_SLOT(CreateEnv, 3);
BITGRAPH_SLOT(DisableMemPattern, 17);
BITGRAPH_SLOT(CreateCustomOpDomain, 26);
BITGRAPH_SLOT(CustomOpDomain_Add, 27);
BITGRAPH_SLOT(AddCustomOpDomain, 28);
BITGRAPH_SLOT(CreateTensorWithDataAsOrtValue, 49);
BITGRAPH_SLOT(GetTensorMutableData, 51);
BITGRAPH_SLOT(GetTensorElementType, 60);
BITGRAPH_SLOT(GetDimensionsCount, 61);
BITGRAPH_SLOT(GetDimensions, 62);
BITGRAPH_SLOT(GetTensorTypeAndShape, 65);
BITGRAPH_SLOT(CreateCpuMemoryInfo, 69);
BITGRAPH_SLOT(AllocatorAlloc, 75);
BITGRAPH_SLOT(AllocatorFree, 76);
BITGRAPH_SLOT(GetAllocatorWithDefaultOptions, 78);
BITGRAPH_SLOT(KernelInfoGetAttribute_float, 85);
BITGRAPH_SLOT(KernelInfoGetAttribute_int64, 86);
BITGRAPH_SLOT(KernelInfoGetAttribute_string, 87);
BITGRAPH_SLOT(KernelContext_GetInputCount, 88);
BITGRAPH_SLOT(KernelContext_GetOutputCount, 89);
BITGRAPH_SLOT(KernelContext_GetInput, 90);
BITGRAPH_SLOT(KernelContext_GetOutput, 91);
BITGRAPH_SLOT(ReleaseEnv, 92);
BITGRAPH_SLOT(ReleaseStatus, 93);
BITGRAPH_SLOT(ReleaseMemoryInfo, 94);
BITGRAPH_SLOT(ReleaseValue, 96);
BITGRAPH_SLOT(ReleaseTensorTypeAndShapeInfo, 99);
BITGRAPH_SLOT(ReleaseCustomOpDomain, 101);
BITGRAPH_SLOT(AddSessionConfigEntry, 130);
BITGRAPH_SLOT(ReleaseAllocator, 132);
BITGRAPH_SLOT(KernelInfoGetAttributeArray_int64, 163);
BITGRAPH_SLOT(RegisterAllocator, 176);
BITGRAPH_SLOT(CreateOpAttr, 211);
BITGRAPH_SLOT(ReleaseOpAttr, 212);
BITGRAPH_SLOT(CreateOp, 213);
BITGRAPH_SLOT(InvokeOp, 214);
BITGRAPH_SLOT(ReleaseOp, 215);
BITGRAPH_SLOT(HasSessionConfigEntry, 237);
BITGRAPH_SLOT(KernelContext_GetAllocator, 253);
BITGRAPH_SLOT(KernelContext_ParallelFor, 274);
#undef BITGRAPH_SLOT

struct ApiBase {
  const Api*(BITGRAPH_ORT_CALL* GetApi)(std::uint32_t version);
  const char*(BITGRAPH_ORT_CALL* GetVersionString)();
};

// A custom op as ONNX Runtime sees it: callbacks, of which the first argument is mostly the struct itself.
// Callbacks that stay null are ones that it tests before use.
struct CustomOp {
  using Self = const CustomOp*;
  std::uint32_t version;
  void* CreateKernel;
  const char*(BITGRAPH_ORT_CALL* GetName)(Self);
  const char*(BITGRAPH_ORT_CALL* GetExecutionProviderType)(Self);
  int(BITGRAPH_ORT_CALL* GetInputType)(Self, std::size_t);
  std::size_t(BITGRAPH_ORT_CALL* GetInputTypeCount)(Self);
  int(BITGRAPH_ORT_CALL* GetOutputType)(Self, std::size_t);
  std::size_t(BITGRAPH_ORT_CALL* GetOutputTypeCount)(Self);
  void* KernelCompute;
  void(BITGRAPH_ORT_CALL* KernelDestroy)(void*);
  Characteristic(BITGRAPH_ORT_CALL* GetInputCharacteristic)(Self, std::size_t);
  Characteristic(BITGRAPH_ORT_CALL* GetOutputCharacteristic)(Self, std::size_t);
  int(BITGRAPH_ORT_CALL* GetInputMemoryType)(Self, std::size_t);
  int(BITGRAPH_ORT_CALL* GetVariadicInputMinArity)(Self);
  int(BITGRAPH_ORT_CALL* GetVariadicInputHomogeneity)(Self);
  int(BITGRAPH_ORT_CALL* GetVariadicOutputMinArity)(Self);
  int(BITGRAPH_ORT_CALL* GetVariadicOutputHomogeneity)(Self);
  Status*(BITGRAPH_ORT_CALL* CreateKernelV2)(Self, const Api*, const KernelInfo*, void**);
  Status*(BITGRAPH_ORT_CALL* KernelComputeV2)(void*, KernelContext*);
  void* InferOutputShapeFn;
  void* GetStartVersion;
  void* GetEndVersion;
  std::size_t(BITGRAPH_ORT_CALL* GetMayInplace)(int**, int**);
  void(BITGRAPH_ORT_CALL* ReleaseMayInplace)(int*, int*);
  std::size_t(BITGRAPH_ORT_CALL* GetAliasMap)(int**, int**);
  void(BITGRAPH_ORT_CALL* ReleaseAliasMap)(int*, int*);
};

#define BITGRAPH_FIELD(member, index) \
  static_assert(offsetof(CustomOp, member) == (index) * sizeof(void*), #member " is field " #index)
BITGRAPH_FIELD(version, 0);
BITGRAPH_FIELD(GetName, 2);
BITGRAPH_FIELD(GetInputType, 4);
BITGRAPH_FIELD(GetOutputTypeCount, 7);
BITGRAPH_FIELD(KernelDestroy, 9);
BITGRAPH_FIELD(GetInputCharacteristic, 10);
BITGRAPH_FIELD(GetInputMemoryType, 12);
BITGRAPH_FIELD(CreateKernelV2, 17);
BITGRAPH_FIELD(KernelComputeV2, 18);
BITGRAPH_FIELD(GetMayInplace, 22);
BITGRAPH_FIELD(ReleaseAliasMap, 25);
#undef BITGRAPH_FIELD
static_assert(sizeof(CustomOp) == 26 * sizeof(void*), "the struct of version 18 has 26 fields");

}  // namespace bitgraph::ort
