"""Decides for each stash what it is held as."""

import dataclasses

import onnx_ir as ir

from bitgraph import domain
from bitgraph.config import Config
from bitgraph.graph.sizes import HEADER_BYTES
from bitgraph.graph.step import Step
from bitgraph.plan.carriers import carrier_of
from bitgraph.plan.needs import Need, mask_gradients, need_of
from bitgraph.plan.plan import Decision, Encoding, Form, Plan
from bitgraph.plan.pools import pool_refusal
from bitgraph.plan.restores import plan_restores
from bitgraph.plan.stashes import Stash, Use, find_stashes
from bitgraph.plan.zeros import expected_zeros, zeros_text

MIN_BYTES = 16 * 1024
"""Smaller stashes are not worth two more nodes in the graph."""

MIN_ZEROS = 0.2
"""A bitmap is worth its two trips through memory from this fraction of zeros on."""

_ENCODING_OF: dict[Need, Encoding] = {
    Need.SIGN: "mask",
    Need.RANGE: "mask",
    Need.TRUTH: "bits",
    Need.INDEX: "index",
    Need.VALUES: "bitmap",
}

_FLOATS = frozenset({ir.DataType.FLOAT, ir.DataType.DOUBLE, ir.DataType.FLOAT16, ir.DataType.BFLOAT16})


class _RefusalError(Exception):
    """Why a stash is kept as it is."""


def make_plan(model: ir.Model, config: Config | None = None) -> Plan:
    """Return one decision for each stash of ``model``.

    Args:
        model: A training graph; it is not changed.
        config: The user's wishes.

    Raises:
        BadInputError: When the graph has no loss or no backward pass.
    """
    config = config or Config()
    step = Step(model, config)
    stashes = find_stashes(model.graph, step.halves)
    return Plan(step.halves, step.sizes, tuple(_decide(stash, step, config) for stash in stashes))


def _decide(stash: Stash, step: Step, config: Config) -> Decision:
    dense = step.sizes.nbytes(stash.value)
    try:
        _check(stash, dense, config)
        forms = tuple(_form(need, uses, stash, step) for need, uses in _by_need(stash, step))
    except _RefusalError as refusal:
        return Decision(stash, (), dense, str(refusal))
    return Decision(stash, forms, dense, "; ".join(_reason(form, stash, step) for form in forms))


def _check(stash: Stash, dense: int, config: Config) -> None:
    """Refuse what cannot be touched, whatever it holds."""
    producer = stash.value.producer()
    assert producer is not None
    name = str(stash.value.name)
    refusal = config.refusal(name, producer.op_type)
    if refusal:
        raise _RefusalError(refusal)
    if producer.domain == domain.DOMAIN:
        raise _RefusalError(f"already in the hands of {producer.op_type}")
    if stash.value.is_graph_output():
        raise _RefusalError("is an output of the graph, so it stays until the step is over")
    if dense < MIN_BYTES:
        size = "unknown size" if dense == 0 else f"{dense} bytes"
        raise _RefusalError(f"{size}: less than {MIN_BYTES} gain nothing")
    for use in stash.value.uses():
        if use.node.graph is not producer.graph:
            raise _RefusalError(f"read inside a subgraph by {use.node.op_type} '{use.node.name}'")
    for read in stash.uses:
        if read.index < 0:
            raise _RefusalError(f"read inside a subgraph of {read.node.op_type} '{read.node.name}'")


def _by_need(stash: Stash, step: Step) -> list[tuple[Need, tuple[Use, ...]]]:
    dtype = step.sizes.dtype(stash.value)
    groups: dict[Need, list[Use]] = {}
    for use in stash.uses:
        groups.setdefault(need_of(use, dtype), []).append(use)
    return [(need, tuple(uses)) for need, uses in groups.items()]


def _form(need: Need, uses: tuple[Use, ...], stash: Stash, step: Step) -> Form:
    elements = step.sizes.elements(stash.value)
    dtype = step.sizes.dtype(stash.value)
    bits = HEADER_BYTES + (elements + 7) // 8
    if need is Need.INDEX:
        refusal = pool_refusal(stash.value, step.sizes)
        if refusal:
            raise _RefusalError(refusal)
        return Form("index", uses, HEADER_BYTES + elements)
    if need in {Need.SIGN, Need.RANGE}:
        if dtype not in _FLOATS:
            raise _RefusalError(f"a mask of {dtype} is not supported")
        for gradient in mask_gradients(uses):
            if step.sizes.elements(gradient) != elements:
                raise _RefusalError(f"the gradient '{gradient.name}' that its mask is for has another size")
        return Form("mask", uses, bits)
    any_type = need is Need.TRUTH
    form = Form(_ENCODING_OF[need], uses, bits)
    if not any_type:
        zeros = expected_zeros(stash.value, step.profile)
        if zeros < MIN_ZEROS:
            readers = ", ".join(sorted({use.node.op_type for use in uses}))
            told = zeros_text(stash.value, zeros, step.profile)
            raise _RefusalError(f"{readers} needs every value and {told}")
        values = round(step.sizes.nbytes(stash.value) * (1.0 - zeros))
        form = Form("bitmap", uses, bits + values, zeros)
    restores = plan_restores(uses, step, None if any_type else dtype)
    if restores is None:
        raise _RefusalError("nothing in the backward pass tells when it is needed")
    if any_type and carrier_of(stash.value, step.halves) is None:
        raise _RefusalError("nothing in the forward pass reads it or its node's output")
    return dataclasses.replace(form, restores=restores)


def _reason(form: Form, stash: Stash, step: Step) -> str:
    readers = ", ".join(sorted({use.node.op_type for use in form.uses}))
    if form.encoding == "bitmap":
        return f"{readers} needs every value, {zeros_text(stash.value, form.zeros, step.profile)}"
    if form.encoding == "index":
        return f"{readers} needs a place in the window"
    return f"{readers} needs one bit an element"
