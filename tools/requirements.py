"""Print the requirements of pyproject.toml: ``python tools/requirements.py [EXTRA ...]``.

What the build needs, what the package needs, and what the named extras need, one a line, for an
environment that is made before the package is built.
"""

import pathlib
import sys

import tomllib


def main() -> None:
    project = tomllib.loads((pathlib.Path(__file__).parents[1] / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    wanted = [project["build-system"]["requires"], project["project"]["dependencies"]]
    wanted += [extras[name] for name in sys.argv[1:]]
    print(*dict.fromkeys(line for part in wanted for line in part), sep="\n")


if __name__ == "__main__":
    main()
