"""Nets that once broke a law, as files: the forward model, with the recipe in its metadata."""

import hashlib
import pathlib

import onnx
from onnx import helper

from bitgraph.domain import BATCH_KEY
from generated.nets import Recipe

_OPTIMIZER, _FROZEN, _BROKEN = "generated.optimizer", "generated.frozen", "generated.broken"


def save_case(recipe: Recipe, found: str, law: str, directory: pathlib.Path) -> pathlib.Path:
    """Write a net that broke ``law``; the same net gets the same name."""
    model = onnx.ModelProto()
    model.CopyFrom(recipe.model)
    entries = {
        BATCH_KEY: str(recipe.batch),
        _OPTIMIZER: recipe.optimizer,
        _FROZEN: str(recipe.frozen),
        _BROKEN: f"{law}: {found}",
    }
    helper.set_model_props(model, entries)
    digest = hashlib.blake2b(recipe.model.SerializeToString(deterministic=True), digest_size=4).hexdigest()
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{law}-{digest}.onnx"
    onnx.save(model, path)
    return path


def load_case(path: pathlib.Path) -> tuple[Recipe, str]:
    """Read a net and the law that it broke."""
    model = onnx.load(path)
    notes = {entry.key: entry.value for entry in model.metadata_props}
    recipe = Recipe(model, int(notes[BATCH_KEY]), notes[_OPTIMIZER], int(notes[_FROZEN]))
    return recipe, notes[_BROKEN].partition(":")[0]
