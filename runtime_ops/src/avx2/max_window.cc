#include <limits>

#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

// One cell of eight windows: the elements that are `step` apart.
struct Neighbors {
  BITGRAPH_AVX2 static inline __m256 load(const float* x, __m256i) { return _mm256_loadu_ps(x); }
};
struct EverySecond {
  // The second load begins at the last but one of its elements that is not wanted, so that nothing behind the
  // eighth is read: 0 2 8 10 | 4 6 12 14, whose middle two pairs change places.
  BITGRAPH_AVX2 static inline __m256 load(const float* x, __m256i) {
    const __m256 mixed = _mm256_shuffle_ps(_mm256_loadu_ps(x), _mm256_loadu_ps(x + 7), 0xD8);
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(mixed), 0xD8));
  }
};
struct Apart {
  BITGRAPH_AVX2 static inline __m256 load(const float* x, __m256i places) {
    return _mm256_i32gather_ps(x, places, 4);
  }
};

// The low byte of each 32-bit lane.
BITGRAPH_AVX2 inline void store_low_bytes(std::uint8_t* to, __m256i v) {
  const __m256i low = _mm256_shuffle_epi8(v, _mm256_set1_epi32(0x0C080400));
  const std::uint64_t a = static_cast<std::uint32_t>(_mm256_extract_epi32(low, 0));
  const std::uint64_t b = static_cast<std::uint32_t>(_mm256_extract_epi32(low, 4));
  const std::uint64_t bytes = a | b << 32;
  std::memcpy(to, &bytes, sizeof bytes);
}

template <class Load>
BITGRAPH_AVX2 void max_of_eights(const Windows& windows, std::size_t body, float* y, std::uint8_t* codes) {
  const int step = static_cast<int>(windows.step);
  const __m256i places =
      _mm256_mullo_epi32(_mm256_set1_epi32(step), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  const float* corner = windows.x;
  for (std::size_t i = 0; i < body; i += 8, corner += 8 * windows.step) {
    __m256 best = _mm256_set1_ps(std::numeric_limits<float>::lowest());
    __m256i code = _mm256_set1_epi32(255);
    for (std::size_t cell = 0; cell < windows.cell_count; ++cell) {
      const __m256 value = Load::load(corner + windows.cells[cell], places);
      const __m256 greater = _mm256_cmp_ps(value, best, _CMP_GT_OQ);
      best = _mm256_blendv_ps(best, value, greater);
      code =
          _mm256_blendv_epi8(code, _mm256_set1_epi32(static_cast<int>(cell)), _mm256_castps_si256(greater));
    }
    _mm256_storeu_ps(y + i, best);
    store_low_bytes(codes + i, code);
  }
}

}  // namespace

BITGRAPH_AVX2 void max_window(const Windows& windows, float* y, std::uint8_t* codes) {
  constexpr std::int64_t kLargestStep = std::int64_t{1} << 27;  // Eight of them are a 32-bit number.
  if (windows.count < 8 || windows.step > kLargestStep) return scalar::max_window(windows, y, codes);
  const std::size_t body = windows.count - windows.count % 8;
  if (windows.step == 1) {
    max_of_eights<Neighbors>(windows, body, y, codes);
  } else if (windows.step == 2) {
    max_of_eights<EverySecond>(windows, body, y, codes);
  } else {
    max_of_eights<Apart>(windows, body, y, codes);
  }
  Windows rest = windows;
  rest.x += static_cast<std::int64_t>(body) * windows.step;
  rest.count -= body;
  scalar::max_window(rest, y + body, codes + body);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
