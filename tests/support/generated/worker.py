"""The process in which nets are judged, one after the other: orders on stdin, verdicts on stdout.

Run as ``python -m generated.worker``. A process of its own, because what is looked for may crash it,
and a lasting one, because loading ONNX Runtime takes longer than judging a net.
"""

import json
import os
import pathlib
import sys
import tempfile
import traceback


def main() -> None:
    # ONNX Runtime writes to both streams while it builds gradients; the answers go elsewhere.
    answers = os.fdopen(os.dup(1), "w")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    from generated.law import judge
    from generated.verdict import Verdict

    def tell(**answer: object) -> None:
        print(json.dumps(answer), file=answers, flush=True)

    for line in sys.stdin:
        with tempfile.TemporaryDirectory(prefix="bitgraph-") as folder:
            try:
                verdict = judge(json.loads(line), pathlib.Path(folder), lambda phase: tell(phase=phase))
            except Exception as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{pathlib.Path(place.filename).name}:{place.lineno}"
                message = " ".join(str(error).split())[:300]
                verdict = Verdict(broken={"runs": f"{type(error).__name__} at {where}: {message}"})
        tell(verdict=verdict.to_json())


if __name__ == "__main__":
    main()
