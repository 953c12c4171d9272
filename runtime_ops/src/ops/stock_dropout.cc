#include "ops/stock_dropout.h"

#include <cstring>

#include "bitgraph/dropout.h"
#include "ops/probe.h"

namespace bitgraph {

namespace {

constexpr BuiltIn::Signature kOp = {"Dropout", "", 13, 2, 3, 2, {"T2", Dtype::boolean}};
constexpr BuiltIn::Signature kGradient = {"DropoutGrad", "com.microsoft", 1, 2, 4, 1, {"T2", Dtype::boolean}};

constexpr std::int64_t kTrialSeed = 2147483645;  // So that the product with the multiplier is reduced.

constexpr bool kTraining = true;

Problem create_op(const Attributes& attributes, BuiltIn& op, const std::int64_t* seed) {
  OpAttributes own(attributes.api());
  if (seed != nullptr) {
    if (Problem problem = own.integer("seed", *seed)) return problem;
  }
  op.create(attributes, kOp, own);
  return {};
}

struct Trial {
  static constexpr std::size_t kCount = 1003;

  alignas(64) float x[kCount];
  alignas(64) float y[kCount];
  alignas(64) float dx[kCount];
  alignas(64) float own[kCount];
  alignas(64) bool kept[kCount];
  alignas(64) std::uint8_t bits[(kCount + 7) / 8], own_bits[(kCount + 7) / 8];

  Trial() {
    for (std::size_t i = 0; i < kCount; ++i) x[i] = static_cast<float>(i) / 7.0f - 50.0f;
    x[5] = x[77] = -0.0f;
    x[6] = x[78] = 1e-41f;
  }
};

}  // namespace

Problem StockDropout::create(const Attributes& attributes) {
  if (Problem problem = attributes.number("ratio", ratio_)) return problem;
  if (!(ratio_ > 0.0f && ratio_ < 1.0f)) {
    return Problem::say("ratio is %g, not between 0 and 1", static_cast<double>(ratio_));
  }
  std::int64_t seed = 0;
  is_seeded_ = !attributes.integer("seed", seed);
  if (Problem problem = create_op(attributes, op_, is_seeded_ ? &seed : nullptr)) return problem;
  if (Problem problem = create_op(attributes, trial_, &kTrialSeed)) return problem;
  gradient_.create(attributes, kGradient, OpAttributes(attributes.api()));
  return {};
}

Problem StockDropout::kernels_hold(const Context& context, bool& holds) const {
  static Probe probe("dropout");
  return probe.ask(context, [&](bool& answer) { return check(context, answer); }, holds);
}

Problem StockDropout::check(const Context& context, bool& holds) const {
  if (!trial_.exists()) return {};
  Trial trial;
  constexpr std::size_t n = Trial::kCount;
  if (Problem problem = run_op(context, trial_, trial.x, n, trial.y, trial.kept)) return problem;
  if (Problem problem = run_gradient(context, trial.x, trial.kept, n, trial.dx)) return problem;
  const Kernels& kernels = active_kernels();
  kernels.pack_bools(reinterpret_cast<const std::uint8_t*>(trial.kept), n, trial.bits);
  draw(first_number(kTrialSeed), n, ratio_, kernels, Workers(), trial.own_bits);
  drop(context, trial.x, trial.bits, n, ratio_, trial.own);
  holds = std::memcmp(trial.bits, trial.own_bits, sizeof trial.bits) == 0 &&
          std::memcmp(trial.y, trial.own, sizeof trial.y) == 0 &&
          std::memcmp(trial.dx, trial.own, sizeof trial.dx) == 0;
  return {};
}

Problem StockDropout::run(const Context& context, const float* x, std::size_t n, float* y, bool* kept) const {
  return run_op(context, op_, x, n, y, kept);
}

Problem StockDropout::run_op(const Context& context, const BuiltIn& op, const float* x, std::size_t n,
                             float* y, bool* kept) const {
  if (!op.exists()) return op.absence();
  const Shape elements = vector_of(n), one = vector_of(1);
  const Argument in[] = {{x, elements}, {&ratio_, one}, {&kTraining, one, Dtype::boolean}};
  const Argument out[] = {{y, elements}, {kept, elements, Dtype::boolean}};
  return op.run(context, in, out);
}

Problem StockDropout::run_gradient(const Context& context, const float* dy, const bool* kept, std::size_t n,
                                   float* dx) const {
  if (!gradient_.exists()) return gradient_.absence();
  const Shape elements = vector_of(n), one = vector_of(1);
  const Argument in[] = {
      {dy, elements}, {kept, elements, Dtype::boolean}, {&ratio_, one}, {&kTraining, one, Dtype::boolean}};
  const Argument out[] = {{dx, elements}};
  return gradient_.run(context, in, out);
}

void drop(const Context& context, const float* x, const std::uint8_t* bits, std::uint64_t count, float ratio,
          float* y) {
  const Kernels& kernels = active_kernels();
  const float kept = 1.0f - ratio;
  for_each(context.workers(), static_cast<std::size_t>(tasks_of(count)), [&](std::size_t task) {
    const std::uint64_t begin = task * kTask, left = count - begin;
    const auto n = static_cast<std::size_t>(left < kTask ? left : kTask);
    kernels.dropout.drop(x + begin, bits + begin / 8, n, kept, y + begin);
  });
}

}  // namespace bitgraph
