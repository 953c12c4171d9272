// From a class of ours to the struct of callbacks that ONNX Runtime wants.
//
// An operator is a class with
//   static constexpr OpTraits kTraits;                        its name, inputs, outputs and sharing
//   Problem create(const Attributes&);                        reads the attributes, once a node
//   Problem compute(const Context&) const;                    runs it
// and CustomOpOf<Class> is its struct. Nothing throws: a problem becomes a status that begins with the op's
// name.
#pragma once

#include <new>

#include "ops/attributes.h"
#include "ops/context.h"

namespace bitgraph {

// An output and an input: apart; one buffer always (alias); one buffer when the input is not read later
// (in_place).
enum class Sharing { none, alias, in_place };

struct Pair {
  int input, output;
};

struct Slot {
  Dtype dtype;  // undefined: any type. An output of any type has that of the one input of any type.
  bool optional = false;
};

constexpr std::size_t kMaxSlots = 6;

// The one input slot, or the one output slot as well, stands for one or more, each of its own type where
// that is undefined.
enum class Variadic { none, inputs, both };

struct OpTraits {
  const char* name;
  std::size_t input_count;
  Slot inputs[kMaxSlots];
  std::size_t output_count;
  Slot outputs[kMaxSlots];
  Sharing sharing = Sharing::none;
  Pair shared = {0, 0};  // Which two the sharing is about.
  Variadic variadic = Variadic::none;
  std::size_t alias_count = 0;  // Outputs that always have the buffer of an input, beside those shared.
  Pair aliases[2] = {};
};

inline ort::Status* status_of(const ort::Api& api, const char* name, const Problem& problem) {
  if (!problem) return nullptr;
  const Problem full = Problem::say("%s: %s", name, problem.text());
  return api.CreateStatus(ort::kInvalidArgument, full.text());
}

template <class Op>
struct CustomOpOf : ort::CustomOp {
  using Self = const ort::CustomOp*;
  struct Kernel {
    const ort::Api* api;
    Op op;
  };

  CustomOpOf() : ort::CustomOp{} {
    version = ort::kApiVersion;
    GetName = [](Self) { return Op::kTraits.name; };
    GetExecutionProviderType = [](Self) -> const char* { return nullptr; };
    GetInputTypeCount = [](Self) { return Op::kTraits.input_count; };
    GetInputType = [](Self, std::size_t i) { return static_cast<int>(Op::kTraits.inputs[i].dtype); };
    GetInputCharacteristic = [](Self, std::size_t i) {
      return characteristic(Op::kTraits.inputs[i], Variadic::inputs);
    };
    GetInputMemoryType = [](Self, std::size_t) { return 0; };
    GetOutputTypeCount = [](Self) { return Op::kTraits.output_count; };
    GetOutputType = [](Self, std::size_t i) { return static_cast<int>(Op::kTraits.outputs[i].dtype); };
    GetOutputCharacteristic = [](Self, std::size_t i) {
      return characteristic(Op::kTraits.outputs[i], Variadic::both);
    };
    GetVariadicInputMinArity = GetVariadicOutputMinArity = [](Self) { return 1; };
    GetVariadicInputHomogeneity = GetVariadicOutputHomogeneity = [](Self) { return 0; };
    CreateKernelV2 = create;
    KernelComputeV2 = compute;
    KernelDestroy = [](void* kernel) { delete static_cast<Kernel*>(kernel); };
    GetMayInplace = shared_pair<Sharing::in_place>;
    GetAliasMap = Op::kTraits.alias_count == 0 ? shared_pair<Sharing::alias> : aliases;
    ReleaseMayInplace = ReleaseAliasMap = [](int*, int*) {};
  }

 private:
  static ort::Characteristic characteristic(const Slot& slot, Variadic least) {
    if (Op::kTraits.variadic >= least) return ort::kVariadic;
    return slot.optional ? ort::kOptional : ort::kRequired;
  }

  static ort::Status* BITGRAPH_ORT_CALL create(Self, const ort::Api* api, const ort::KernelInfo* info,
                                               void** kernel) {
    auto* made = new (std::nothrow) Kernel{api, {}};
    if (made == nullptr) return api->CreateStatus(ort::kFail, "bitgraph: out of memory");
    const Problem problem = made->op.create(Attributes(*api, info));
    if (problem) {
      delete made;
      return status_of(*api, Op::kTraits.name, problem);
    }
    *kernel = made;
    return nullptr;
  }

  static ort::Status* BITGRAPH_ORT_CALL compute(void* raw, ort::KernelContext* context) {
    const auto& kernel = *static_cast<const Kernel*>(raw);
    return status_of(*kernel.api, Op::kTraits.name, kernel.op.compute(Context(*kernel.api, context)));
  }

  template <Sharing sharing>
  static std::size_t BITGRAPH_ORT_CALL shared_pair(int** inputs, int** outputs) {
    static Pair pair = Op::kTraits.shared;
    if (Op::kTraits.sharing != sharing) return 0;
    *inputs = &pair.input;
    *outputs = &pair.output;
    return 1;
  }

  static std::size_t BITGRAPH_ORT_CALL aliases(int** inputs, int** outputs) {
    constexpr const Pair* kPairs = Op::kTraits.aliases;
    static int from[] = {kPairs[0].input, kPairs[1].input}, to[] = {kPairs[0].output, kPairs[1].output};
    *inputs = from;
    *outputs = to;
    return Op::kTraits.alias_count;
  }
};

}  // namespace bitgraph
