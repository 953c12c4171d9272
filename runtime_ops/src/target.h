// Which instruction-set folders are compiled, and how a single function asks for an instruction set.
//
// No file is compiled with -m flags: an inline function of a standard header compiled that way may be the
// copy that the linker keeps, and crash older machines.
#pragma once

#if defined(__x86_64__) || defined(_M_X64)
#define BITGRAPH_X86_64 1
#else
#define BITGRAPH_X86_64 0
#endif
#if defined(__aarch64__) || defined(_M_ARM64)
#define BITGRAPH_ARM64 1
#else
#define BITGRAPH_ARM64 0
#endif

#if defined(__GNUC__) && BITGRAPH_X86_64
#define BITGRAPH_TARGET(isa) __attribute__((target(isa)))
#else
#define BITGRAPH_TARGET(isa)
#endif

#define BITGRAPH_AVX2 BITGRAPH_TARGET("avx2,bmi,popcnt")
#define BITGRAPH_AVX512 \
  BITGRAPH_TARGET(      \
      "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx512vpopcntdq,avx2,bmi,bmi2,popcnt")
