"""Sweep our operators: ``python tools/sweep.py [--count N] [--seconds S] [--seed K] [--kind KIND]``.

Draws cases from seeds, each kind in turn, and compares what our operators give with what the runtime's do.
Each case that differs is printed with its seed; ``--seed K --kind KIND --count 1`` makes it again. The exit
status is 1 if there was one.
"""

import argparse
import collections
import itertools
import random
import sys
import time

from sweeps import KINDS, check


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="cases to check")
    parser.add_argument("--seconds", type=float, help="time after which no further case is begun")
    parser.add_argument("--seed", type=int, help="of the first case; a fresh one if absent")
    parser.add_argument("--kind", choices=list(KINDS), help="only these")
    arguments = parser.parse_args()
    first = random.SystemRandom().randrange(2**31) if arguments.seed is None else arguments.seed
    kinds = [arguments.kind] if arguments.kind else list(KINDS)
    start = time.monotonic()
    ran: collections.Counter[str] = collections.Counter()
    wrong: collections.Counter[str] = collections.Counter()
    for number, kind in zip(range(arguments.count), itertools.cycle(kinds), strict=False):
        if arguments.seconds is not None and time.monotonic() - start > arguments.seconds:
            break
        seed = first + number // len(kinds)
        ran[kind] += 1
        if (found := check(KINDS, kind, seed)) is not None:
            wrong[kind] += 1
            print(f"{kind}, seed {seed}: {found}", flush=True)
    for kind, count in ran.items():
        print(f"{kind}: {count} cases, {wrong[kind]} differ")
    print(
        f"{ran.total()} cases in {time.monotonic() - start:.0f} s from seed {first}: {wrong.total()} differ"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
