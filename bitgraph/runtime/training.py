"""ONNX Runtime's on-device training API, loaded without torch.

``onnxruntime.training`` imports torch when it is imported itself, for parts that are not used
here (ORTModule, amp, optim). The two parts that are used need nothing of it: ``api``, which runs
training artifacts, and ``artifacts`` (with ``onnxblock``), which makes them.

``import onnxruntime`` itself tries ``onnxruntime.training`` and lets it fail in silence. So after
that there are two cases:

* It succeeded, for torch is there: the package is used as it is.
* It failed: a bare package object takes the name ``onnxruntime.training``, and Python finds the
  two parts in the package's folder without running its ``__init__``. The stand-in stays, so that
  ``from onnxruntime.training import api, artifacts`` works everywhere in the process from then on.
"""

import importlib
import importlib.machinery
import sys
import types
import warnings

from bitgraph.errors import BadInputError

__all__ = ["api", "artifacts"]

_PACKAGE = "onnxruntime.training"
_INSTALL = "onnxruntime-training-cpu 1.18 or newer is needed: pip install 'bitgraph[training]'"


def _load() -> tuple[types.ModuleType, types.ModuleType]:
    try:
        runtime = importlib.import_module("onnxruntime")
    except ImportError as error:
        raise BadInputError(f"onnxruntime is not installed; {_INSTALL}") from error
    if _PACKAGE not in sys.modules:
        _put_stand_in(runtime)
    with warnings.catch_warnings():
        # Deprecations inside the package are not the user's to mend.
        warnings.simplefilter("ignore")
        try:
            return (
                importlib.import_module(f"{_PACKAGE}.api"),
                importlib.import_module(f"{_PACKAGE}.artifacts"),
            )
        except ImportError as error:
            raise BadInputError(f"{_INSTALL} ({error})") from error


def _put_stand_in(runtime: types.ModuleType) -> None:
    found = importlib.machinery.PathFinder.find_spec(_PACKAGE, list(runtime.__path__))
    if found is None or not found.submodule_search_locations:
        raise BadInputError(f"the installed onnxruntime cannot train; {_INSTALL}")
    stand_in = types.ModuleType(_PACKAGE, "Stand-in, see bitgraph.runtime.training.")
    stand_in.__path__ = list(found.submodule_search_locations)
    sys.modules[_PACKAGE] = stand_in
    vars(runtime)["training"] = stand_in


api, artifacts = _load()
