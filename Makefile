# Each target makes what it needs; nothing but Python 3.11, a C++17 compiler and make has to be there.
PYTHON ?= $(shell command -v python3.11 || echo python3)
VENV := build/venv
BIN := $(VENV)/bin
SOURCES := $(shell find bitgraph passes runtime_ops -type f -not -path '*/__pycache__/*') CMakeLists.txt pyproject.toml
PY := bitgraph passes tests tools
CPP := $(shell find runtime_ops tests/kernels tools -name '*.cc' -o -name '*.h')
export PYTHONSAFEPATH := 1

.PHONY: help demo test test-kernels test-runtimes bench bench-scaling soak lint format clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

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

demo: $(VENV)/wheel.stamp ## Optimize MobileNetV2 and compare a step with stock
	rm -rf build/demo
	$(BIN)/python tools/zoo mobilenet_v2 -o build/demo/stock
	$(BIN)/bitgraph optimize build/demo/stock -o build/demo/optimized
	$(BIN)/bitgraph compare build/demo/stock build/demo/optimized

test: test-kernels $(VENV)/wheel.stamp ## Run all tests against the installed wheel
	$(BIN)/pytest

test-kernels: $(VENV)/deps.stamp ## Run the C++ tests of the kernels, every instruction set
	$(BIN)/cmake -S . -B build/kernels -G Ninja -DCMAKE_MAKE_PROGRAM=$(abspath $(BIN)/ninja) \
	  -DBITGRAPH_BUILD_TESTS=ON -DBITGRAPH_WERROR=ON > build/kernels.log
	$(BIN)/cmake --build build/kernels --parallel 2
	$(BIN)/ctest --test-dir build/kernels --output-on-failure

test-runtimes: $(VENV)/wheel.stamp ## Run the operators in plain onnxruntime and in onnxruntime-training 1.18
	set -e; for runtime in onnxruntime 'onnxruntime-training-cpu==1.18.0 numpy<2'; do \
	  rm -rf build/runtime; $(PYTHON) -m venv build/runtime; \
	  build/runtime/bin/pip install --quiet $$runtime build/wheel/*.whl "hypothesis>=6.100" "pytest>=8.2"; \
	  build/runtime/bin/pytest -q tests/ops; \
	done

bench: $(VENV)/wheel.stamp ## Print the scoreboard from a fresh run (JSON=1: an object a line)
	PYTHONPATH=tools $(BIN)/python tools/bench.py $(if $(JSON),--json)

bench-scaling: $(VENV)/wheel.stamp ## Plan and rewrite graphs of 100 to 10,000 nodes
	PYTHONPATH=tools $(BIN)/python tools/scaling.py

soak: $(VENV)/wheel.stamp ## Judge nets drawn at random (COUNT=1000, SECONDS=)
	PYTHONPATH=tools:tests/support $(BIN)/python tools/soak.py --count $(or $(COUNT),1000) \
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
