"""Judge nets that nobody wrote: ``python tools/soak.py [--count N] [--seconds S] [--seed K]``.

Draws random training graphs, optimizes each and takes two real steps of both, as the tests do with
a fixed 200 of them. The smallest net that breaks a law is written under tests/generated/cases/open,
where the tests replay it. The exit status is 1 if a law was broken.
"""

import argparse
import collections
import pathlib
import random
import statistics
import sys
import time

from generated.cases import save_case
from generated.draws import draw, smallest
from generated.judges import Judge, judge_all
from generated.nets import Recipe
from generated.verdict import Verdict

_ROOT = pathlib.Path(__file__).resolve().parents[1]
_OPEN = _ROOT / "tests" / "generated" / "cases" / "open"
_ROUND = 50


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="nets to judge")
    parser.add_argument("--seconds", type=float, help="time after which no further round is begun")
    parser.add_argument("--seed", type=int, help="of the first round; a fresh one if absent")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--no-shrink", action="store_true", help="store the nets as they were drawn")
    arguments = parser.parse_args()
    number = random.SystemRandom().randrange(2**32) if arguments.seed is None else arguments.seed
    start = time.monotonic()
    verdicts: list[Verdict] = []
    broken: collections.Counter[str] = collections.Counter()
    while len(verdicts) < arguments.count:
        if arguments.seconds is not None and time.monotonic() - start > arguments.seconds:
            break
        nets = draw(min(_ROUND, arguments.count - len(verdicts)), number)
        found = judge_all(nets, arguments.processes)
        for recipe, verdict in zip(nets, found, strict=True):
            for law, detail in verdict.broken.items():
                broken[law] += 1
                if broken[law] > 1:
                    continue
                case = (recipe, detail)
                if not arguments.no_shrink:
                    case = _smallest(*case, law, len(nets), number)
                path = save_case(*case, law, _OPEN)
                print(f"{law}: {case[1]} (seed {number}): {path.relative_to(_ROOT)}", flush=True)
        verdicts += found
        number += 1
        print(_summary(verdicts, broken, time.monotonic() - start), flush=True)
    return 1 if broken else 0


def _smallest(recipe: Recipe, detail: str, law: str, count: int, number: int) -> tuple[Recipe, str]:
    """Shrink what the round has found; the last verdict that showed it goes with the net."""
    details = [detail]
    with Judge() as judge:

        def shows(candidate: Recipe) -> bool:
            verdict = judge(candidate)
            details.extend(filter(None, [verdict.broken.get(law)]))
            return law in verdict.broken

        return smallest(count, number, shows) or recipe, details[-1]


def _summary(verdicts: list[Verdict], broken: "collections.Counter[str]", seconds: float) -> str:
    judged = [verdict for verdict in verdicts if not verdict.untrainable]
    rewritten = [verdict for verdict in judged if verdict.rewritten]
    ratios = [after / before for before, after in (verdict.peaks for verdict in rewritten) if before]
    counts = ", ".join(f"{law} {count}" for law, count in sorted(broken.items())) or "none"
    median = f"{statistics.median(ratios):.2f}" if ratios else "-"
    return (
        f"{len(verdicts)} nets in {seconds:.0f} s: {len(verdicts) - len(judged)} untrainable,"
        f" {len(rewritten)} rewritten (median peak ratio {median}); laws broken: {counts}"
    )


if __name__ == "__main__":
    sys.exit(main())
