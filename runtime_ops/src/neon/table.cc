#include "neon/kernels.h"
#include "target.h"

#if BITGRAPH_ARM64

namespace bitgraph::neon {

namespace {

template <class U>
constexpr WidthKernels<U> kWidth = {count_nonzero<U>, pack<U>, unpack<U>, unpack<U>, select<U>};
template <class T>
constexpr FloatKernels<T> kFloat = {positive<T>, within<T>, multiply<T>};

constexpr Kernels kTable = {
    "neon",
    relu,
    scalar::max_window,
    stream,
    popcount,
    pack_bools,
    unpack_bools,
    {kWidth<std::uint8_t>, kWidth<std::uint16_t>, kWidth<std::uint32_t>, kWidth<std::uint64_t>},
    {kFloat<float>, kFloat<double>, kFloat<Float16>, kFloat<Bfloat16>},
    {recompute, relu_grad, clip_grad, add_sums, input_grad},
    {add_row, row_grad},
    {draw, drop},
    {measure_windows, encode_windows, count_escapes, decode_windows},
};

}  // namespace

const Kernels& table() { return kTable; }

}  // namespace bitgraph::neon

#endif  // BITGRAPH_ARM64
