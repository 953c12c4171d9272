"""What each stash is held as, and why. Deciding changes no graph."""

from bitgraph.plan.decide import make_plan
from bitgraph.plan.plan import Decision, Form, Plan
from bitgraph.plan.stashes import Stash, Use

__all__ = ["Decision", "Form", "Plan", "Stash", "Use", "make_plan"]
