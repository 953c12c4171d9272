"""Whether a profile is of the graph it is used for."""

import onnx_ir as ir

from bitgraph.errors import BadInputError
from bitgraph.profiling.profile import Profile, TensorProfile


def check_fits(profile: Profile, graph: ir.Graph) -> None:
    """Refuse a profile of another graph.

    Tensors that only one of the two knows are no contradiction: the graph may have been changed in
    one place since.

    Raises:
        BadInputError: None of the tensors is there, or one is another tensor of the same name.
    """
    made = {value.name: value for node in graph for value in node.outputs}
    common = [tensor for tensor in profile.tensors if tensor.name in made]
    if profile.tensors and not common:
        raise BadInputError(
            f"the profile is of another graph ({profile.model}): none of its {len(profile.tensors)}"
            " tensors is in this one"
        )
    for tensor in common:
        difference = _difference(tensor, made[tensor.name])
        if difference:
            raise BadInputError(
                f"the profile is of another graph ({profile.model}): tensor '{tensor.name}' {difference}"
            )


def _difference(tensor: TensorProfile, value: ir.Value) -> str | None:
    producer = value.producer()
    assert producer is not None
    if producer.op_type != tensor.op_type:
        return f"is made by {tensor.op_type} in the profile and by {producer.op_type} here"
    if value.dtype is not None and value.dtype.numpy().name != tensor.dtype:
        return f"is {tensor.dtype} in the profile and {value.dtype.numpy().name} here"
    if value.shape is not None and not _may_be(value.shape, tensor.shape):
        here = [dim if isinstance(dim, int) else str(dim.value or "?") for dim in value.shape]
        return f"has shape {list(tensor.shape)} in the profile and {here} here"
    return None


def _may_be(declared: ir.Shape, shape: tuple[int, ...]) -> bool:
    return len(declared) == len(shape) and all(
        dim == number or not isinstance(dim, int) for dim, number in zip(declared, shape, strict=True)
    )
