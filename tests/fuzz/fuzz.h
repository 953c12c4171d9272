// What the fuzz targets share. A target is libFuzzer's entry point; it aborts when a promise is broken.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "bitgraph/kernels.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace bitgraph::fuzz {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

// Exactly n elements on the heap, so that AddressSanitizer sees a step past either end.
template <class T>
class Exact {
 public:
  explicit Exact(std::size_t n) : n_(n), elements_(new T[n]()) {}
  Exact(const void* from, std::size_t n) : Exact(n) {
    if (n != 0) std::memcpy(elements_.get(), from, n * sizeof(T));
  }
  T* data() { return elements_.get(); }
  const T* data() const { return elements_.get(); }
  std::size_t size() const { return n_; }
  T& operator[](std::size_t i) { return elements_[i]; }
  const T& operator[](std::size_t i) const { return elements_[i]; }

  // By bits: -0.0 is not 0.0, and a NaN is itself.
  friend bool operator==(const Exact& a, const Exact& b) {
    return a.n_ == b.n_ && (a.n_ == 0 || std::memcmp(a.data(), b.data(), a.n_ * sizeof(T)) == 0);
  }

 private:
  std::size_t n_;
  std::unique_ptr<T[]> elements_;
};

// Every table that runs here but scalar, which they are compared with.
inline std::vector<const Kernels*> others() {
  std::vector<const Kernels*> all;
  for (const Isa& isa : list_isas().isas) {
    if (isa.kernels != nullptr && std::strcmp(isa.name, "scalar") != 0) all.push_back(isa.kernels);
  }
  return all;
}

// Numbers that depend on the input alone, so that a crash can be repeated.
using Rng = std::mt19937_64;
inline Rng rng_of(const std::uint8_t* data, std::size_t size) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (std::size_t i = 0; i < size; ++i) hash = (hash ^ data[i]) * 0x100000001B3u;
  return Rng(hash);
}

}  // namespace bitgraph::fuzz
