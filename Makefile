# Each target makes what it needs; nothing but Python 3.11, a C++17 compiler and make has to be there.
PYTHON ?= $(shell command -v python3.11 || echo python3)
VENV := build/venv
BIN := $(VENV)/bin
SOURCES := $(shell find bitgraph passes runtime_ops -type f -not -path '*/__pycache__/*') CMakeLists.txt pyproject.toml
PY := bitgraph passes tests tools
CPP := $(shell find runtime_ops tests tools docs/examples -name '*.cc' -o -name '*.h')
export PYTHONSAFEPATH := 1

# Every target with a help line is a command, not a file.
.PHONY: $(shell sed -n 's/^\([a-z0-9-]*\):.*\#\# .*/\1/p' $(MAKEFILE_LIST))

# Tests of the kernels: each is a build of its own, with the settings that stand beside its name below.
KERNEL_TESTS := test-kernels test-clang test-asan test-ubsan test-tsan
FUZZ_TARGETS := held mask_grad pool_codes pool_indices program
FUZZ_SECONDS ?= 60

# $(call need,WHAT,PACKAGE,TRIAL): stops with one line when the trial fails.
need = $(if $(shell $(3) > /dev/null 2>&1 && echo found),,$(error $(1) is missing: install the Debian package $(2)))
# Builds library, tests and fuzz targets in build/TARGET.
define build_kernels
$(call need,$(or $(COMPILER),c++),$(or $(COMPILER_PACKAGE),g++),command -v $(or $(COMPILER),c++))
$(BIN)/cmake -S . -B build/$@ -G Ninja -DCMAKE_MAKE_PROGRAM=$(abspath $(BIN)/ninja) \
  -DBITGRAPH_BUILD_TESTS=ON -DBITGRAPH_WERROR=ON $(addprefix -DCMAKE_CXX_COMPILER=,$(COMPILER)) \
  -DBITGRAPH_SANITIZE=$(SANITIZE) > build/$@.log
$(BIN)/cmake --build build/$@ --parallel 2 $(addprefix --target ,$(BUILD_ONLY))
endef

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/deps.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/python tools/requirements.py training test > $(VENV)/requirements.txt
	$(BIN)/pip install --quiet -r $(VENV)/requirements.txt
	touch $@

$(VENV)/wheel.stamp: $(VENV)/deps.stamp $(SOURCES)
	rm -rf build/wheel
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation -w build/wheel .
	$(BIN)/pip install --quiet --force-reinstall --no-deps build/wheel/*.whl
	touch $@

$(VENV)/lint.stamp: $(VENV)/deps.stamp
	$(BIN)/python tools/requirements.py lint > $(VENV)/requirements.txt
	$(BIN)/pip install --quiet -r $(VENV)/requirements.txt
	touch $@

$(VENV)/peers.stamp: $(VENV)/deps.stamp
	@$(BIN)/python tools/requirements.py peers > $(VENV)/requirements.txt
	@$(BIN)/pip install --quiet -r $(VENV)/requirements.txt
	@touch $@

$(VENV)/bench.stamp: $(VENV)/deps.stamp
	@$(BIN)/python tools/requirements.py bench > $(VENV)/requirements.txt
	@$(BIN)/pip install --quiet -r $(VENV)/requirements.txt
	@touch $@

$(VENV)/docs.stamp: $(VENV)/deps.stamp
	@$(BIN)/python tools/requirements.py docs > $(VENV)/requirements.txt
	@$(BIN)/pip install --quiet -r $(VENV)/requirements.txt
	@touch $@

# The runtime that exports a C API, for the example in C++; beside the one that can train, which has the same name.
build/plain.stamp: $(VENV)/deps.stamp
	$(BIN)/pip install --quiet --no-deps --upgrade --target build/plain onnxruntime==1.32.0
	touch $@

demo: $(VENV)/wheel.stamp ## Optimize MobileNetV2 and compare a step with stock
	rm -rf build/demo
	$(BIN)/python tools/zoo mobilenet_v2 -o build/demo/stock
	$(BIN)/bitgraph optimize build/demo/stock -o build/demo/optimized
	$(BIN)/bitgraph compare build/demo/stock build/demo/optimized

test: test-kernels $(VENV)/bench.stamp build/plain.stamp $(VENV)/wheel.stamp ## Run all tests against the installed wheel
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

$(KERNEL_TESTS): $(VENV)/deps.stamp
	$(build_kernels)
	$(BIN)/ctest --test-dir build/$@ --output-on-failure $(addprefix --exclude-regex ,$(EXCLUDE))

test-kernels: ## Run the C++ tests of the kernels, every instruction set
test-clang: ## Run them built by clang
test-clang fuzz: COMPILER := clang++
test-clang fuzz: COMPILER_PACKAGE := clang
test-asan: ## Run them under AddressSanitizer
test-asan: SANITIZE := address
test-ubsan: ## Run them under UndefinedBehaviorSanitizer
test-ubsan: SANITIZE := undefined
test-tsan: ## Run them under ThreadSanitizer
test-tsan: SANITIZE := thread
# It keeps several bytes for each one: more than 2^31 elements are left out.
test-tsan: EXCLUDE := huge

fuzz: SANITIZE := address,undefined,fuzzer-no-link
fuzz: BUILD_ONLY := $(addprefix fuzz_,$(FUZZ_TARGETS))
fuzz: $(VENV)/deps.stamp ## Feed every decoder with malformed bytes, FUZZ_SECONDS=60 each
	$(call need,libFuzzer,libclang-rt-dev,echo 'int main() {}' | clang++ -x c++ -fsanitize=address -o build/probe -)
	$(build_kernels)
	set -e; for target in $(FUZZ_TARGETS); do \
	  mkdir -p build/corpus/$$target; \
	  build/fuzz/tests/fuzz/fuzz_$$target -max_total_time=$(FUZZ_SECONDS) -max_len=8192 -timeout=10 \
	    -print_final_stats=1 -artifact_prefix=build/corpus/$$target- build/corpus/$$target tests/fuzz/corpus/$$target; \
	done

fuzz-keep: ## Store the inputs of the last fuzzing that reach new code
	set -e; for target in $(FUZZ_TARGETS); do \
	  build/fuzz/tests/fuzz/fuzz_$$target -merge=1 -use_counters=0 -max_len=8192 tests/fuzz/corpus/$$target build/corpus/$$target; \
	done

test-aarch64: $(VENV)/deps.stamp ## Cross-compile for 64-bit ARM, run the C++ tests in an emulator
	@{ command -v aarch64-linux-gnu-g++ && command -v qemu-aarch64; } > /dev/null || \
	  { echo "test-aarch64 needs the Debian packages g++-aarch64-linux-gnu and qemu-user"; exit 1; }
	$(BIN)/cmake -S . -B build/aarch64 -G Ninja -DCMAKE_MAKE_PROGRAM=$(abspath $(BIN)/ninja) \
	  -DCMAKE_TOOLCHAIN_FILE=runtime_ops/cmake/aarch64-linux-gnu.cmake \
	  -DBITGRAPH_BUILD_TESTS=ON -DBITGRAPH_WERROR=ON > build/aarch64.log
	$(BIN)/cmake --build build/aarch64 --parallel 2
	$(BIN)/ctest --test-dir build/aarch64 --parallel 2 --output-on-failure

test-runtimes: $(VENV)/wheel.stamp ## Run the operators in onnxruntime-training 1.18; with step graphs in onnxruntime
	set -e; for runtime in 'onnxruntime-training-cpu==1.18.0 numpy<2' 'onnxruntime memray onnxscript'; do \
	  rm -rf build/runtime; $(PYTHON) -m venv build/runtime; \
	  build/runtime/bin/pip install --quiet $$runtime build/wheel/*.whl "hypothesis>=6.100" "pytest>=8.2"; \
	  build/runtime/bin/pytest -q tests/ops; \
	done
	build/runtime/bin/pytest -q tests/step_graphs tests/examples

bench: $(VENV)/wheel.stamp ## Print the scoreboard from a fresh run (JSON=1: an object a line)
	PYTHONPATH=tools $(BIN)/python tools/bench.py $(if $(JSON),--json)

bench-kernels: $(VENV)/deps.stamp ## Print each kernel's speed beside memcpy's (FILTER=^pack/avx2: a part; JSON=1)
	@mkdir -p build && { $(BIN)/cmake -S . -B build/bench -G Ninja -DCMAKE_MAKE_PROGRAM=$(abspath $(BIN)/ninja) \
	  -DBITGRAPH_BUILD_BENCHMARKS=ON -DBITGRAPH_WERROR=ON && \
	  $(BIN)/cmake --build build/bench --parallel 2 --target bench_kernels; } > build/bench.log 2>&1 \
	  || { cat build/bench.log >&2; exit 1; }
	@build/bench/tools/bench_kernels/bench_kernels $(if $(JSON),--json) $(if $(FILTER),'--benchmark_filter=$(FILTER)')

bench-peers: $(VENV)/peers.stamp $(VENV)/wheel.stamp ## Compare packing with LZ4, Zstandard and Blosc2 (JSON=1: an object a line)
	@PYTHONPATH=tools $(BIN)/python tools/peers/compressors.py $(if $(JSON),--json)

bittrain: $(VENV)/bench.stamp $(VENV)/wheel.stamp ## Measure BitTrain's claims, write docs/bittrain.md (MNIST=NPZ; PARTS=memory; JSON=1)
	@$(BIN)/python tools/bittrain $(PARTS) $(if $(JSON),--json) $(if $(MNIST),--mnist '$(MNIST)')

docs: $(VENV)/docs.stamp $(VENV)/wheel.stamp ## Build the documentation in build/site; warnings and dead links are errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

figures: $(VENV)/bench.stamp $(VENV)/wheel.stamp ## Draw the pictures of the documentation, and take that of a report
	rm -rf build/figures
	$(BIN)/python tools/zoo resnet18 -o build/figures/resnet18
	$(BIN)/python tools/figures build/figures/resnet18 -o docs/figures
	$(BIN)/python tools/zoo mobilenet_v2 -o build/figures/mobilenet_v2
	$(BIN)/bitgraph optimize build/figures/mobilenet_v2 -o build/figures/optimized --batch 32 --quiet
	$(BIN)/bitgraph compare build/figures/mobilenet_v2 build/figures/optimized --batch 32 --html build/figures/report.html
	PYTHONPATH=tests/support $(BIN)/python tools/figures/photograph.py build/figures/report.html -o docs/report.png \
	  --until 'figure.memory >> nth=1'

bench-costs: $(VENV)/wheel.stamp ## Print what operators take beside what is predicted (MODELS="DIR ...": of these, not the zoo's)
	PYTHONPATH=tools $(BIN)/python tools/costs.py $(MODELS)

bench-scaling: $(VENV)/wheel.stamp ## Plan and rewrite graphs of 100 to 10,000 nodes
	PYTHONPATH=tools $(BIN)/python tools/scaling.py

bench-solver: $(VENV)/wheel.stamp ## Compare the search with every plan there is, on small graphs (MOST=8)
	PYTHONPATH=tools $(BIN)/python tools/solver_study.py $(if $(MOST),--most $(MOST))

soak: $(VENV)/wheel.stamp ## Judge nets drawn at random (COUNT=1000, SECONDS=)
	PYTHONPATH=tools:tests/support $(BIN)/python tools/soak.py --count $(or $(COUNT),1000) \
	  $(if $(SECONDS),--seconds $(SECONDS))

sweep: $(VENV)/wheel.stamp ## Compare operators with the runtime's bit by bit on cases drawn at random (COUNT=1000, SECONDS=)
	PYTHONPATH=tools:tests/support $(BIN)/python tools/sweep.py --count $(or $(COUNT),1000) \
	  $(if $(SECONDS),--seconds $(SECONDS))

lint: $(VENV)/lint.stamp ## Check style, format and types
	$(BIN)/ruff check $(PY)
	$(BIN)/ruff format --check $(PY)
	$(BIN)/clang-format --dry-run --Werror $(CPP)
	rm -rf build/typing && mkdir -p build/typing
	cp -r bitgraph build/typing/bitgraph && cp -r passes build/typing/bitgraph/passes
	cd build/typing && ../venv/bin/mypy --config-file ../../pyproject.toml -p bitgraph

format: $(VENV)/lint.stamp ## Rewrite the sources in the house format
	$(BIN)/ruff check --fix $(PY)
	$(BIN)/ruff format $(PY)
	$(BIN)/clang-format -i $(CPP)

clean: ## Remove everything that was built
	rm -rf build dist
