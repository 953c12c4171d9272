#include "avx2/kernels.h"
#include "avx2/lanes.h"
#include "dropout_numbers.h"
#include "scalar/kernels.h"

#if BITGRAPH_X86_64

namespace bitgraph::avx2 {

namespace {

constexpr std::size_t kChains = 4, kStep = 8 * kChains;

// x * factor modulo 2^31 - 1: what is above the 31st bit counts once more, and once more after the sum.
BITGRAPH_AVX2 inline __m256i times8(__m256i x, __m256i factor) {
  const __m256i modulus = _mm256_set1_epi32(static_cast<int>(kModulus));
  const __m256i even = _mm256_mul_epu32(x, factor);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), factor);
  const __m256i low = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
  const __m256i high = _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1), 0xAA);
  const __m256i sum = _mm256_add_epi32(_mm256_and_si256(low, modulus), high);
  return _mm256_min_epu32(sum, _mm256_sub_epi32(sum, modulus));
}

}  // namespace

BITGRAPH_AVX2 void draw(std::uint32_t number, std::size_t n, std::uint32_t smallest, std::uint8_t* bits) {
  constexpr std::uint32_t kAhead = power(kMultiplier, kStep);
  const __m256i ahead = _mm256_set1_epi32(static_cast<int>(kAhead));
  const __m256i below = _mm256_set1_epi32(static_cast<int>(smallest - 1));
  std::uint32_t begin[kStep];
  for (std::uint32_t& each : begin) {
    each = number;
    number = times(kMultiplier, number);
  }
  __m256i x[kChains];
  for (std::size_t chain = 0; chain < kChains; ++chain) x[chain] = load256(begin + 8 * chain);
  const std::size_t body = n - n % kStep;
  for (std::size_t i = 0; i < body; i += kStep) {
    std::uint32_t kept = 0;
    for (std::size_t chain = 0; chain < kChains; ++chain) {
      const __m256 is_kept = _mm256_castsi256_ps(_mm256_cmpgt_epi32(x[chain], below));
      kept |= static_cast<std::uint32_t>(_mm256_movemask_ps(is_kept)) << (8 * chain);
      x[chain] = times8(x[chain], ahead);
    }
    std::memcpy(bits + i / 8, &kept, sizeof kept);
  }
  scalar::draw(static_cast<std::uint32_t>(_mm256_cvtsi256_si32(x[0])), n - body, smallest, bits + body / 8);
}

BITGRAPH_AVX2 void drop(const float* x, const std::uint8_t* bits, std::size_t n, float kept, float* y) {
  const std::size_t body = n - n % 8;
  const __m256 one = _mm256_set1_ps(1.0f), divisor = _mm256_set1_ps(kept);
  for (std::size_t i = 0; i < body; i += 8) {
    const __m256 factor = _mm256_and_ps(one, _mm256_castsi256_ps(lane_mask32(bits[i / 8])));
    _mm256_storeu_ps(y + i, _mm256_div_ps(_mm256_mul_ps(_mm256_loadu_ps(x + i), factor), divisor));
  }
  scalar::drop(x + body, bits + body / 8, n - body, kept, y + body);
}

}  // namespace bitgraph::avx2

#endif  // BITGRAPH_X86_64
