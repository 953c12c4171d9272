"""Decides for each stash what it is held as."""

import dataclasses

import onnx_ir as ir

from bitgraph.config import Config
from bitgraph.graph.sizes import HEADER_BYTES
from bitgraph.graph.step import Step
from bitgraph.plan.candidates import RefusalError, by_need, check_stash
from bitgraph.plan.carriers import carrier_of
from bitgraph.plan.needs import Need, mask_gradients
from bitgraph.plan.plan import Decision, Encoding, Form, Plan
from bitgraph.plan.pools import pool_refusal
from bitgraph.plan.prices import cheapest_held
from bitgraph.plan.restores import plan_restores
from bitgraph.plan.stashes import Stash, Use, find_stashes
from bitgraph.plan.zeros import zeros_text

_ENCODING_OF: dict[Need, Encoding] = {
    Need.SIGN: "mask",
    Need.RANGE: "mask",
    Need.TRUTH: "bits",
    Need.INDEX: "index",
    Need.VALUES: "bitmap",
}

_FLOATS = frozenset({ir.DataType.FLOAT, ir.DataType.DOUBLE, ir.DataType.FLOAT16, ir.DataType.BFLOAT16})


def make_plan(model: ir.Model, config: Config | None = None, step: Step | None = None) -> Plan:
    """Return one decision for each stash of ``model``.

    Args:
        model: A training graph; it is not changed.
        config: The user's wishes.
        step: What is known of ``model``, if the caller has it.

    Raises:
        BadInputError: When the graph has no loss or no backward pass.
    """
    config = config or Config()
    step = step or Step(model, config)
    stashes = find_stashes(model.graph, step.halves)
    return Plan(step.halves, step.sizes, tuple(_decide(stash, step, config) for stash in stashes))


def _decide(stash: Stash, step: Step, config: Config) -> Decision:
    dense = step.sizes.nbytes(stash.value)
    try:
        check_stash(stash, dense, config)
        _check_fusion(stash, step)
        forms = tuple(_form(need, uses, stash, step, config) for need, uses in by_need(stash, step, config))
    except RefusalError as refusal:
        return Decision(stash, (), dense, str(refusal))
    return Decision(stash, forms, dense, "; ".join(_reason(form, stash, step) for form in forms))


def _check_fusion(stash: Stash, step: Step) -> None:
    producer = stash.value.producer()
    if producer is not None and step.loaded.is_part(producer):
        raise RefusalError(f"{producer.op_type} is fused with the node that reads it, and must stay so")


def _form(need: Need, uses: tuple[Use, ...], stash: Stash, step: Step, config: Config) -> Form:
    if _ENCODING_OF[need] not in config.only:
        raise RefusalError(f"{_ENCODING_OF[need]} is not among the forms asked for by --only")
    elements = step.sizes.elements(stash.value)
    dtype = step.sizes.dtype(stash.value)
    bits = HEADER_BYTES + (elements + 7) // 8
    if need is Need.INDEX:
        refusal = pool_refusal(stash.value, step.sizes)
        if refusal:
            raise RefusalError(refusal)
        return Form("index", uses, HEADER_BYTES + elements)
    if need in {Need.SIGN, Need.RANGE}:
        if dtype not in _FLOATS:
            raise RefusalError(f"a mask of {dtype} is not supported")
        for gradient in mask_gradients(uses):
            if step.sizes.elements(gradient) != elements:
                raise RefusalError(f"the gradient '{gradient.name}' that its mask is for has another size")
        return Form("mask", uses, bits)
    any_type = need is Need.TRUTH
    form = Form(_ENCODING_OF[need], uses, bits)
    if not any_type:
        price = cheapest_held(stash.value, step, config)
        if price.encoding == "keep":
            readers = ", ".join(sorted({use.node.op_type for use in uses}))
            told = zeros_text(stash.value, price.zeros, step.profile)
            raise RefusalError(f"{readers} needs every value and {told}")
        form = Form("bitmap", uses, price.nbytes, price.zeros)
    restores = plan_restores(uses, step, None if any_type else dtype)
    if restores is None:
        raise RefusalError("nothing in the backward pass tells when it is needed")
    if any_type and carrier_of(stash.value, step.halves) is None:
        raise RefusalError("nothing in the forward pass reads it or its node's output")
    return dataclasses.replace(form, restores=restores)


def _reason(form: Form, stash: Stash, step: Step) -> str:
    readers = ", ".join(sorted({use.node.op_type for use in form.uses}))
    if form.encoding == "bitmap":
        return f"{readers} needs every value, {zeros_text(stash.value, form.zeros, step.profile)}"
    if form.encoding == "index":
        return f"{readers} needs a place in the window"
    return f"{readers} needs one bit an element"
