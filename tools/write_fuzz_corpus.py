"""Write the first inputs of the fuzz targets: ``python tools/write_fuzz_corpus.py FIXTURES CORPUS``.

The held forms of tests/fixtures, small pools, and programs of Stream. What fuzzing finds is kept beside them
by ``make fuzz-keep``, under names that are hashes.
"""

import pathlib
import sys

# Each axis: input, kernel, stride, padding, dilation. Then planes, the outputs, and what follows.
_POOLS = {
    "halves_2d": ([(4, 2, 2, 0, 1), (6, 2, 2, 0, 1)], 2, (2, 3)),
    "padded_2d": ([(5, 3, 2, 1, 1), (5, 3, 2, 1, 1)], 3, (3, 3)),
    "dilated_1d": ([(12, 3, 1, 2, 2)], 2, (12,)),
    "deep_3d": ([(3, 2, 1, 0, 1), (4, 3, 2, 1, 1), (5, 2, 1, 0, 2)], 2, (2, 2, 3)),
    "empty_2d": ([(4, 2, 2, 0, 1), (4, 2, 2, 0, 1)], 0, (2, 2)),
}

_PROGRAMS = {
    "conv_grad": (
        "stream (rows dy, held q, whole w) => (rows dx, whole dw) {\n"
        "  x = BitmapUnpack (q)\n"
        "  dx, dw = ConvGrad <group = 1, kernel_shape = [3, 3], pads = [1, 1, 1, 1]> (dy, x, w)\n}\n"
    ),
    "batch_norm_grad": (
        "stream (rows dy, rows a, whole w, whole s, whole m, whole i, whole b) => "
        "(rows dx, whole ds, whole db) {\n"
        "  x = Conv (a, w)\n"
        "  dx, ds, db = BatchNormGrad "
        '<activation = "clip", low = -inf, high = 6.0, epsilon = 1e-05> (dy, x, s, m, i, b)\n}\n'
    ),
    "absent": (
        "stream (rows d, rows a, whole w) => (whole dw) {\n"
        "  x = Clip (a, '', w)\n  '', dw = ConvGrad (d, x, w)\n}"
    ),
    "no_nodes": "stream () => () {}",
}


def main() -> None:
    """Write every input."""
    fixtures, corpus = map(pathlib.Path, sys.argv[1:])
    for held in sorted(fixtures.glob("*/*.held")):
        name = f"{held.parent.name}_{held.stem}"
        _write(corpus / "held" / name, held.read_bytes())
        if held.parent.name == "bits":
            _write(corpus / "mask_grad" / name, held.read_bytes())
    for name, (axes, planes, outputs) in _POOLS.items():
        for order in (0, 128):
            # Centre cells are on the input in every window; 255 is a window without a maximum.
            begin = bytes([len(axes) - 1 + _first_kind(order), *sum(axes, ()), planes, *outputs])
            suffix = "_columns" if order else ""
            _write(corpus / "pool_codes" / (name + suffix), begin + bytes([3, 1, 255] * 8))
            _write(corpus / "pool_indices" / (name + suffix), begin + bytes([5, 0, 0xFF, 0xFF] * 8))
    for name, text in _PROGRAMS.items():
        _write(corpus / "program" / name, text.encode())


def _first_kind(order: int) -> int:
    """Return the smallest first byte of that order which means one axis."""
    return -(-order // 3) * 3


def _write(path: pathlib.Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    main()
