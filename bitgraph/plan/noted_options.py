"""The options that a graph was optimized with, noted in its metadata under the names of the command line."""

import json
from typing import Any

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import FORMS, Config


def note_options(model: ir.Model, config: Config) -> None:
    """Note in ``model`` the options that were given; a profile and rates by their being there."""
    options = {
        "include": list(config.include),
        "exclude": list(config.exclude),
        "batch": config.batch,
        "loss-output": config.loss_output,
        "profile": config.profile is not None,
        "only": None if config.only == FORMS else ",".join(sorted(config.only)),
        "budget": None if config.budget is None else str(config.budget),
        "time-limit": config.time_limit,
        "prune-activations": config.prune_activations,
    }
    given = {key: value for key, value in options.items() if value not in (None, [], False)}
    model.metadata_props[domain.OPTIONS_KEY] = json.dumps(given)


def noted_options(model: ir.Model) -> dict[str, Any]:
    """Return what ``note_options`` noted; nothing where the note is missing or not readable."""
    try:
        found = json.loads(model.metadata_props.get(domain.OPTIONS_KEY, "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
