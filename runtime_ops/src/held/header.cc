#include <cstring>
#include <initializer_list>

#include "bitgraph/held.h"
#include "bits.h"
#include "held/bytes.h"

namespace bitgraph {

namespace {

constexpr char kMagic[4] = {'B', 'G', 'H', '1'};
constexpr std::size_t kFixed = 16;  // Bytes before the dims.

using Number = unsigned long long;

Problem read_fixed(const std::uint8_t* blob, std::size_t size, Held& held) {
  if (size < kFixed) {
    return Problem::say("held blob has %zu bytes, its header alone needs %zu", size, kFixed);
  }
  if (reinterpret_cast<std::uintptr_t>(blob) % 8 != 0) {
    return Problem::say("held blob is at an address that is %u past a multiple of 8",
                        static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(blob) % 8));
  }
  if (std::memcmp(blob, kMagic, sizeof kMagic) != 0) {
    return Problem::say("held blob begins with %02x%02x%02x%02x, not with 42474831 (BGH1)", blob[0], blob[1],
                        blob[2], blob[3]);
  }
  if (blob[4] > static_cast<unsigned>(Encoding::coded)) {
    return Problem::say("held blob has encoding %u, known are 0 to 4", blob[4]);
  }
  held.encoding = static_cast<Encoding>(blob[4]);
  held.dtype = static_cast<Dtype>(blob[5]);
  held.width = width_of(held.dtype);
  if (held.width == 0) return Problem::say("held blob has element type %u, known are 1 to 20", blob[5]);
  if (held.encoding == Encoding::coded && held.dtype != Dtype::float32) {
    return Problem::say("held blob has element type %u, but only type %u is coded", blob[5],
                        static_cast<unsigned>(Dtype::float32));
  }
  if (blob[6] > kMaxRank)
    return Problem::say("held blob has rank %u, at most %zu is allowed", blob[6], kMaxRank);
  if (blob[7] != 0) return Problem::say("held blob has %u in its reserved byte, not 0", blob[7]);
  held.shape.rank = blob[6];
  held.stored = load_u64(blob + 8);
  return {};
}

Problem read_dims(const std::uint8_t* blob, std::size_t size, Held& held) {
  const std::uint64_t end = layout_of(Encoding::dense, 0, held.shape, 0).values;
  if (size < end) {
    return Problem::say("held blob has %zu bytes, its header of rank %zu needs %llu", size, held.shape.rank,
                        static_cast<Number>(end));
  }
  for (std::size_t i = 0; i < held.shape.rank; ++i) held.shape.dims[i] = load_u64(blob + kFixed + 8 * i);
  if (!set_count(held.shape)) {
    return Problem::say("held blob's %zu dims have a product above %llu", held.shape.rank,
                        static_cast<Number>(kMaxCount));
  }
  if (!all_zero(blob + kFixed + 8 * held.shape.rank, blob + end)) {
    return Problem::say("held blob's header padding before byte %llu is not 0", static_cast<Number>(end));
  }
  return {};
}

Problem check_stored(const Held& held) {
  const std::uint64_t count = held.shape.count;
  const bool counts = held.encoding == Encoding::bitmap || held.encoding == Encoding::coded;
  const bool fits = counts                            ? held.stored <= count
                    : held.encoding == Encoding::bits ? held.stored == 0
                                                      : held.stored == count;
  if (fits) return {};
  return Problem::say("held blob says %llu values are stored, its shape has %llu elements",
                      static_cast<Number>(held.stored), static_cast<Number>(count));
}

// First 0, never falling, at most a block's elements a step, last the number of values.
Problem check_offsets(const Held& held) {
  const std::uint64_t blocks = blocks_of(held.shape.count);
  if (held.offsets[0] != 0) {
    return Problem::say("held blob's first offset is %llu, not 0", static_cast<Number>(held.offsets[0]));
  }
  for (std::uint64_t b = 0; b < blocks; ++b) {
    const std::uint64_t here = held.offsets[b], next = held.offsets[b + 1];
    if (next < here || next - here > kBlock) {
      return Problem::say("held blob's offset %llu is followed by %llu", static_cast<Number>(here),
                          static_cast<Number>(next));
    }
  }
  if (held.offsets[blocks] != held.stored) {
    return Problem::say("held blob's last offset is %llu, but %llu values are stored",
                        static_cast<Number>(held.offsets[blocks]), static_cast<Number>(held.stored));
  }
  return {};
}

// Where one section ends and the next begins.
struct Gap {
  std::uint64_t begin, end;
};

Problem check_gaps(const std::uint8_t* blob, std::initializer_list<Gap> gaps) {
  for (const Gap& gap : gaps) {
    if (all_zero(blob + gap.begin, blob + gap.end)) continue;
    return Problem::say("held blob's padding between byte %llu and byte %llu is not 0",
                        static_cast<Number>(gap.begin), static_cast<Number>(gap.end));
  }
  return {};
}

Problem check_tops(const Held& held) {
  for (std::uint64_t w = 0; w < windows_of(held.shape.count); ++w) {
    if (held.tops[w] >= kLowestTop) continue;
    return Problem::say("held blob's window %llu has top %u, at least %u is needed", static_cast<Number>(w),
                        held.tops[w], kLowestTop);
  }
  return {};
}

Problem read_coded(const std::uint8_t* blob, const Layout& layout, std::uint64_t offsets_end, Held& held) {
  const std::uint64_t count = held.shape.count;
  held.tops = blob + layout.tops;
  held.low = reinterpret_cast<const std::uint16_t*>(blob + layout.low);
  held.high = blob + layout.high;
  if (Problem problem = check_gaps(blob, {{offsets_end, layout.tops},
                                          {layout.tops + windows_of(count), layout.bits},
                                          {layout.bits + groups_of(count) * kGroupBytes, layout.low},
                                          {layout.low + 2 * count, layout.high},
                                          {layout.high + count, layout.values}})) {
    return problem;
  }
  return check_tops(held);
}

}  // namespace

Problem read_header(const std::uint8_t* blob, std::size_t size, Held& held) {
  if (Problem problem = read_fixed(blob, size, held)) return problem;
  if (Problem problem = read_dims(blob, size, held)) return problem;
  if (Problem problem = check_stored(held)) return problem;
  const Layout layout = layout_of(held.encoding, held.width, held.shape, held.stored);
  if (layout.total != size) {
    return Problem::say("held blob has %zu bytes, its header implies %llu", size,
                        static_cast<Number>(layout.total));
  }
  held.bits = blob + layout.bits;
  held.values = blob + layout.values;
  if (held.encoding != Encoding::bitmap && held.encoding != Encoding::coded) return {};

  held.offsets = reinterpret_cast<const std::uint64_t*>(blob + layout.offsets);
  const std::uint64_t offsets_end = layout.offsets + 8 * (blocks_of(held.shape.count) + 1);
  const std::uint64_t bits_end = layout.bits + bytes_for_bits(held.shape.count);
  const Problem problem = held.encoding == Encoding::coded
                              ? read_coded(blob, layout, offsets_end, held)
                              : check_gaps(blob, {{offsets_end, layout.bits}, {bits_end, layout.values}});
  return problem ? problem : check_offsets(held);
}

void write_header(Encoding encoding, Dtype dtype, const Shape& shape, std::uint64_t stored,
                  std::uint8_t* blob) {
  std::memset(blob, 0, static_cast<std::size_t>(layout_of(Encoding::dense, 0, shape, 0).values));
  std::memcpy(blob, kMagic, sizeof kMagic);
  blob[4] = static_cast<std::uint8_t>(encoding);
  blob[5] = static_cast<std::uint8_t>(dtype);
  blob[6] = static_cast<std::uint8_t>(shape.rank);
  store_u64(blob + 8, stored);
  for (std::size_t i = 0; i < shape.rank; ++i) store_u64(blob + kFixed + 8 * i, shape.dims[i]);
}

}  // namespace bitgraph
