// What the processor has and the operating system saves. Hides cpuid and xgetbv.
#pragma once

namespace bitgraph {

bool supports_avx2();
bool supports_avx512();
bool supports_neon();

}  // namespace bitgraph
