#include "targets.h"

#include <cstdarg>
#include <cstdio>

namespace bitgraph::bench {

namespace {

// Speed over memcpy's, one thread, float32, for each instruction set but scalar, whose kernels are there to
// be read and compared with.
struct Target {
  const char* op;
  double mib, zeros, ratio;
  const char* isa;  // Empty: any.
};

constexpr Target kTargets[] = {
    {"pack", 32, 0.5, 1.0, ""},
    {"pack", 32, 0.7, 1.05, ""},
    {"pack", 32, 0.9, 1.1, ""},
    {"pack", 32, 0, 0.8, ""},
    {"unpack", 32, 0.5, 1.3, ""},
    {"unpack", 32, 0.7, 1.4, ""},
    {"unpack", 32, 0.9, 1.6, ""},
    {"unpack", 32, 0, 1.0, ""},
    {"pack", 0.25, 0.5, 0.5, ""},
    {"unpack", 0.25, 0.5, 0.5, ""},
    {"mask", 32, 0.5, 1.5, ""},
    {"mask_grad", 32, 0.5, 1.0, ""},
    {"bn_recompute", 32, 0.5, 0.8, ""},
    {"coded_encode", 32, 0, 0.65, "avx512"},
    {"coded_encode", 32, 0, 0.45, "avx2"},
    {"coded_decode", 32, 0, 0.9, "avx512"},
    {"coded_decode", 32, 0, 0.9, "avx2"},
};

constexpr double kTwoThreads = 1.5;  // Over one thread; no room for that where memcpy gains less.
constexpr double kBitTrain = 20;     // How many times slower its way is than the first set's kernels.

#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
std::string text(const char* format, ...) {
  char out[80];
  std::va_list args;
  va_start(args, format);
  std::vsnprintf(out, sizeof out, format, args);
  va_end(args);
  return out;
}

bool same_tensor(const Row& a, const Row& b) {
  return a.dtype == b.dtype && a.zeros == b.zeros && a.mib == b.mib;
}

Verdict judge_threads(const Row& row, const Row& one) {
  const double gain = row.gb_s / one.gb_s, copy = row.memcpy_gb_s / one.memcpy_gb_s;
  const char* outcome = gain >= kTwoThreads ? "ok" : copy < kTwoThreads ? "no room" : "MISSED";
  return {text(">= %.2f x one thread", kTwoThreads), text("%s: %.2f, memcpy %.2f", outcome, gain, copy)};
}

Verdict judge_bittrain(const Row& row, const Row& ours) {
  const double times = ours.gb_s / row.gb_s;
  return {text("<= 1/%.0f of %s %s", kBitTrain, ours.isa.c_str(), ours.op.c_str()),
          text("%s: 1/%.0f", times >= kBitTrain ? "ok" : "MISSED", times)};
}

}  // namespace

Verdict judge(const Row& row, const std::vector<Row>& before) {
  for (const Row& other : before) {
    if (!same_tensor(row, other) || other.threads != 1) continue;
    if (row.op == "bittrain_" + other.op) return judge_bittrain(row, other);
    if (row.op == other.op && row.isa == other.isa && row.threads == 2) return judge_threads(row, other);
  }
  if (row.threads != 1 || row.dtype != "float32" || row.isa == "scalar") return {};
  for (const Target& target : kTargets) {
    const bool isa = target.isa[0] == '\0' || row.isa == target.isa;
    if (isa && row.op == target.op && row.mib == target.mib && row.zeros == target.zeros) {
      return {text(">= %.2f x memcpy", target.ratio), row.ratio() >= target.ratio ? "ok" : "MISSED"};
    }
  }
  return {};
}

}  // namespace bitgraph::bench
