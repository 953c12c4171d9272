"""What the passes that follow a plan have in common."""

import abc
import logging

import onnx_ir as ir
from bitgraph.passes.replacing import take_out

from bitgraph.config import Config
from bitgraph.plan.decide import make_plan
from bitgraph.plan.plan import Encoding, Form, Plan
from bitgraph.plan.stashes import Stash

logger = logging.getLogger(__name__)


class PlannedPass(ir.passes.InPlacePass):
    """Puts the forms of one encoding into the graph, as a plan says.

    Without a plan the pass makes its own of the model it is given and follows the forms of its
    encoding. A stash that a plan keeps is left alone; so is everything in a graph without such forms.
    """

    encoding: Encoding

    def __init__(self, plan: Plan | None = None) -> None:
        """Remember the plan to follow; it must have been made of the model that the pass gets."""
        super().__init__()
        self._plan = plan

    def call(self, model: ir.Model) -> ir.passes.PassResult:
        """Rewrite ``model`` in place."""
        plan = self._plan or make_plan(model, Config())
        forms = plan.forms(self.encoding)
        replaced: list[ir.Node] = []
        for stash, form in forms:
            logger.debug("%s: %s", self.encoding, stash.value.name)
            replaced.extend(self.hold(stash, form, plan))
        if forms:
            take_out(replaced, model)
        return ir.passes.PassResult(model, modified=bool(forms))

    @abc.abstractmethod
    def hold(self, stash: Stash, form: Form, plan: Plan) -> list[ir.Node]:
        """Put one form of one stash into the graph; return the nodes that it replaces."""
