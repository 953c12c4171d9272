"""``python -m bitgraph`` is the same as ``bitgraph``."""

from bitgraph.cli import main

if __name__ == "__main__":
    main()
