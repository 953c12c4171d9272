// The input is a held blob. It is refused, or it is restored, whole and in parts, alike on every instruction
// set; and what is restored is written as the same blob. The encoding's byte selects the decoder.
#include "bitgraph/held.h"
#include "fuzz.h"
#include "scalar/kernels.h"

namespace bitgraph::fuzz {

namespace {

using Bytes = Exact<std::uint8_t>;

// Codes and masks of other types have readers of their own: the other targets.
bool is_tensor(const Held& held) {
  return held.encoding != Encoding::index &&
         (held.encoding != Encoding::bits || held.dtype == Dtype::boolean);
}

Bytes part_of(const Held& held, const Kernels& kernels, std::uint64_t begin, std::uint64_t end) {
  Bytes out(static_cast<std::size_t>((end - begin) * held.width));
  restore(held, kernels, begin, end, out.data());
  return out;
}

Bytes all_of(const Held& held, const Kernels& kernels) {
  Bytes out(static_cast<std::size_t>(held.shape.count * held.width));
  restore_all(held, kernels, {}, out.data());
  return out;
}

void check_parts(const Held& held, const Kernels& kernels, const Bytes& whole, Rng& rng) {
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t begin = rng() % (held.shape.count + 1);
    const std::uint64_t end = begin + rng() % (held.shape.count - begin + 1);
    const auto bytes = static_cast<std::size_t>((end - begin) * held.width);
    const Bytes want(whole.data() + begin * held.width, bytes);
    require(part_of(held, kernels, begin, end) == want, "a part is what the whole has there");
  }
}

// A bitmap's values may hold a zero, which the writer would leave out: looking for it would cost a pass.
bool has_stored_zero(const Held& held) {
  bool found = false;
  with_width(held.width, [&](auto unit) {
    using U = decltype(unit);
    const auto* values = reinterpret_cast<const U*>(held.values);
    found = scalar::table().width<U>().count_nonzero(values, held.stored) != held.stored;
  });
  return found;
}

void check_written_again(const Held& held, const Kernels& kernels, const Bytes& blob, const Bytes& whole) {
  Bytes again(blob.size());
  if (held.encoding == Encoding::dense) {
    write_dense(whole.data(), held.dtype, held.shape, kernels, {}, again.data());
  } else if (held.encoding == Encoding::bits) {
    write_header(Encoding::bits, held.dtype, held.shape, 0, again.data());
    std::uint8_t* bits = again.data() + layout_of(Encoding::bits, 1, held.shape, 0).bits;
    kernels.pack_bools(whole.data(), whole.size(), bits);
  } else if (held.encoding == Encoding::bitmap && !has_stored_zero(held)) {
    Exact<std::uint64_t> offsets(static_cast<std::size_t>(blocks_of(held.shape.count) + 1));
    count_blocks(whole.data(), held.width, held.shape.count, kernels, {}, offsets.data());
    require(offsets[offsets.size() - 1] == held.stored, "as many values as were stored");
    write_bitmap(whole.data(), held.dtype, held.shape, offsets.data(), kernels, {}, again.data());
  } else {
    return;
  }
  require(again == blob, "what is accepted is what is written");
}

void check(const Bytes& blob, Rng& rng) {
  Held held;
  if (read_header(blob.data(), blob.size(), held)) return;
  const Problem problem = validate(held, scalar::table(), {});
  for (const Kernels* kernels : others()) {
    const Problem same = validate(held, *kernels, {});
    require(std::strcmp(same.text(), problem.text()) == 0, "every table finds the same problem");
  }
  if (problem || !is_tensor(held)) return;
  const Bytes whole = all_of(held, scalar::table());
  check_parts(held, scalar::table(), whole, rng);
  check_written_again(held, scalar::table(), blob, whole);
  for (const Kernels* kernels : others()) {
    require(all_of(held, *kernels) == whole, "every table restores what scalar does");
    check_parts(held, *kernels, whole, rng);
    check_written_again(held, *kernels, blob, whole);
  }
}

}  // namespace

}  // namespace bitgraph::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bitgraph::fuzz::Rng rng = bitgraph::fuzz::rng_of(data, size);
  bitgraph::fuzz::check({data, size}, rng);
  return 0;
}
