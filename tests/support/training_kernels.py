"""Whether the runtime that is installed has the kernels of training."""

import importlib.metadata

import pytest

_INSTALLED = {found.metadata["Name"].lower() for found in importlib.metadata.distributions()}

HAS_TRAINING = any(name.startswith("onnxruntime-training") for name in _INSTALLED)

needs_training = pytest.mark.skipif(
    not HAS_TRAINING,
    reason="kernels of gradients need onnxruntime-training",
)
