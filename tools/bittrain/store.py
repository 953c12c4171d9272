"""Where records are kept between runs: a line each, so that a part can be measured again by itself."""

import json
import pathlib
from collections.abc import Iterable
from typing import Any

Record = dict[str, Any]


def read_records(path: pathlib.Path) -> list[Record]:
    """Return the records of ``path``, none if it is not there."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def replace_part(path: pathlib.Path, part: str, records: Iterable[Record]) -> None:
    """Put ``records`` where those of ``part`` were."""
    rest = [record for record in read_records(path) if record["part"] != part]
    path.write_text("".join(json.dumps(record) + "\n" for record in [*rest, *records]))
