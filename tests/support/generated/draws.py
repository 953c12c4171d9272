"""Nets drawn by hypothesis: many at once, or the smallest that shows something."""

import contextlib
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException

from generated.nets import Recipe, recipes


class _FoundError(Exception):
    """The property that is looked for."""


def draw(count: int, number: int) -> list[Recipe]:
    """Draw ``count`` nets; the same for the same ``number``."""
    drawn: list[Recipe] = []

    def keep(recipe: Recipe) -> None:
        drawn.append(recipe)

    _run(keep, count, number, [Phase.generate])
    return drawn


def smallest(count: int, number: int, shows: Callable[[Recipe], bool]) -> Recipe | None:
    """Draw the same nets again and shrink the first that ``shows`` something."""
    found: list[Recipe] = []

    def look(recipe: Recipe) -> None:
        if shows(recipe):
            found.append(recipe)
            raise _FoundError

    with contextlib.suppress(_FoundError, HypothesisException):
        _run(look, count, number, [Phase.generate, Phase.shrink])
    return found[-1] if found else None


def _run(test: Callable[[Recipe], None], count: int, number: int, phases: list[Phase]) -> None:
    options = settings(
        max_examples=count,
        phases=phases,
        database=None,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    seed(number)(options(given(recipes())(test)))()
