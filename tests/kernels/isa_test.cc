// The choice of a table.
#include "harness.h"

namespace bitgraph::test {

KERNEL_TEST(isa, best_is_first) {
  expect(!choose_kernels(nullptr), "the default");
  expect(&active_kernels() == tables().front(), "the default is the best");
  expect(!choose_kernels(""), "an empty name");
  expect(&active_kernels() == tables().front(), "an empty name is the default");
}

KERNEL_TEST(isa, forced) {
  for (const Isa& isa : list_isas().isas) {
    const bool refused = static_cast<bool>(choose_kernels(isa.name));
    expect(refused == (isa.kernels == nullptr), std::string("forcing ") + isa.name);
    expect(isa.compiled || refused, std::string("not compiled: ") + isa.name);
    if (isa.kernels != nullptr) expect(&active_kernels() == isa.kernels, std::string("in use: ") + isa.name);
  }
  const Problem problem = choose_kernels("sse9");
  expect(std::strstr(problem.text(), "sse9") != nullptr, "an unknown name is named");
  expect(!choose_kernels(nullptr), "back to the default");
}

KERNEL_TEST(isa, names_are_their_tables) {
  for (const Isa& isa : list_isas().isas) {
    if (isa.kernels != nullptr) expect(std::strcmp(isa.name, isa.kernels->isa) == 0, isa.name);
  }
}

}  // namespace bitgraph::test
