// DropoutPack(X) -> (Y, held): Dropout in training mode, with one bit for each element: whether it was kept.
//   ratio  in (0, 1)
//   seed   as Dropout's; it may be left out
// The runtime draws the first elements, since nobody else can ask for its next seed; they tell the seed, and
// the rest is drawn by our kernel. Y may be written over X.
#include <atomic>

#include "bitgraph/dropout.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "ops/scratch.h"
#include "ops/stock_dropout.h"

namespace bitgraph {

namespace {

// Nodes without a seed take theirs from one generator, each the next; others may take some in between.
constexpr std::uint32_t kLikelySteps = 64;

std::atomic<std::uint32_t> shared_seed{0};

struct DropoutPack {
  static constexpr OpTraits kTraits = {
      "DropoutPack", 1, {{Dtype::float32}}, 2, {{Dtype::float32}, {Dtype::uint8}}, Sharing::in_place};

  StockDropout stock;
  mutable std::atomic<std::uint32_t> own_seed{0};

  Problem create(const Attributes& attributes) { return stock.create(attributes); }

  Problem compute(const Context& context) const {
    Tensor x;
    if (Problem problem = context.input(0, x)) return problem;
    const Layout layout = layout_of(Encoding::bits, width_of(Dtype::boolean), x.shape, 0);
    void* y = nullptr;
    std::uint8_t* blob = nullptr;
    if (Problem problem = context.output(0, x.shape, y)) return problem;
    if (Problem problem = context.output_blob(1, layout.total, blob)) return problem;
    write_header(Encoding::bits, Dtype::boolean, x.shape, 0, blob);
    bool holds = false;
    if (x.shape.count > 2 * kTold && tells_numbers(stock.ratio())) {
      if (Problem problem = stock.kernels_hold(context, holds)) return problem;
    }
    return holds ? draw_on(context, x, static_cast<float*>(y), blob + layout.bits)
                 : run_stock(context, x, static_cast<float*>(y), blob + layout.bits);
  }

  Problem draw_on(const Context& context, const Tensor& x, float* y, std::uint8_t* bits) const {
    const float nothing[kTold] = {};
    float dropped[kTold];
    bool kept[kTold];
    if (Problem problem = stock.run(context, nothing, kTold, dropped, kept)) return problem;
    const std::uint32_t first = first_of(kept);
    if (first == 0) return Problem::say("the runtime's random numbers follow no seed");
    const float ratio = stock.ratio();
    draw(first, x.shape.count, ratio, active_kernels(), context.workers(), bits);
    drop(context, x.as<float>(), bits, x.shape.count, ratio, y);
    return {};
  }

  // Most often the seed is the last one's successor.
  std::uint32_t first_of(const bool* kept) const {
    std::atomic<std::uint32_t>& last = stock.is_seeded() ? own_seed : shared_seed;
    const std::uint32_t smallest = smallest_kept(stock.ratio()), seed = last.load();
    for (std::uint32_t step = 1; step <= kLikelySteps; ++step) {
      const std::uint32_t first = first_number(std::uint64_t{seed} + step);
      if (!draws(first, kept, kTold, smallest)) continue;
      last.store(seed + step);
      return first;
    }
    const std::uint32_t first = find_first_number(kept, kTold, smallest);
    if (first != 0) last.store(seed_of(first));
    return first;
  }

  Problem run_stock(const Context& context, const Tensor& x, float* y, std::uint8_t* bits) const {
    const auto count = static_cast<std::size_t>(x.shape.count);
    if (count == 0) return {};
    Scratch scratch(context);
    float* memory = nullptr;
    if (Problem problem = scratch.take(count / sizeof(float) + 1, memory)) return problem;
    auto* kept = reinterpret_cast<bool*>(memory);
    if (Problem problem = stock.run(context, x.as<float>(), count, y, kept)) return problem;
    active_kernels().pack_bools(reinterpret_cast<const std::uint8_t*>(kept), count, bits);
    return {};
  }
};

}  // namespace

const ort::CustomOp* dropout_pack_op() {
  static const CustomOpOf<DropoutPack> op;
  return &op;
}

}  // namespace bitgraph
