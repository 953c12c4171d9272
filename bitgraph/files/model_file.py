"""Reads and writes one ``.onnx`` file as protobuf, and says in one line what is wrong with it."""

import pathlib

import onnx
from google.protobuf.message import DecodeError, EncodeError

from bitgraph.errors import BadInputError

_LARGEST = 2**31 - 1
_ORT_FORMAT = b"ORTM"  # at byte 4 of ONNX Runtime's own format


def read_model(path: pathlib.Path) -> onnx.ModelProto:
    """Read ``path`` without its external data.

    Raises:
        BadInputError: The file cannot be read, is not ONNX, is cut off, or holds no graph.
    """
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise BadInputError(
                f"{path}: {size} bytes, and an ONNX file can hold {_LARGEST};"
                " save the model with its weights as external data"
            )
        data = path.read_bytes()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror}") from error
    if not data:
        raise BadInputError(f"{path}: is empty; give an ONNX file")
    if data[4:8] == _ORT_FORMAT:
        raise BadInputError(f"{path}: is in ORT format; give the .onnx file it was made from")
    return _parse(path, data)


def write_model(model: onnx.ModelProto, path: pathlib.Path) -> None:
    """Write ``model`` to ``path``.

    Raises:
        BadInputError: The model is larger than an ONNX file can be.
    """
    try:
        data = model.SerializeToString()
    except (EncodeError, ValueError) as error:
        raise BadInputError(
            f"{path}: the graph would be larger than the {_LARGEST} bytes that an ONNX file can"
            " hold; save the input with its weights as external data"
        ) from error
    path.write_bytes(data)


def _parse(path: pathlib.Path, data: bytes) -> onnx.ModelProto:
    try:
        model = onnx.load_model_from_string(data)
    except DecodeError as error:
        raise BadInputError(
            f"{path}: is not an ONNX file, or is cut off ({len(data)} bytes are there)"
        ) from error
    # A file cut between two fields parses, and so may a file of another kind.
    missing = [
        name
        for name, there in (
            ("IR version", model.ir_version),
            ("nodes", model.graph.node),
            ("opset import", model.opset_import),
        )
        if not there
    ]
    if missing:
        raise BadInputError(f"{path}: has no {' and no '.join(missing)}: not an ONNX model, or cut off")
    return model
