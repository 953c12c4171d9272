// What coding and decoding share: 32 elements a step, one byte of each in a register.
#pragma once

#include "target.h"

#if BITGRAPH_X86_64

#include <cstddef>
#include <cstdint>

#include "avx2/lanes.h"

namespace bitgraph::avx2 {

constexpr std::size_t kStep = 32;  // Elements whose bytes fill a register.

BITGRAPH_AVX2 inline __m256i bytes_of(unsigned value) { return _mm256_set1_epi8(static_cast<char>(value)); }

// `streamed`: past the caches.
BITGRAPH_AVX2 inline void put(void* p, __m256i v, bool streamed) {
  streamed ? _mm256_stream_si256(static_cast<__m256i*>(p), v) : store256(p, v);
}

// Where whole cache lines can be written.
inline bool on_line(const void* p) { return reinterpret_cast<std::uintptr_t>(p) % 64 == 0; }

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
