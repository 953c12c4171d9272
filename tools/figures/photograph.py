"""Takes a picture of the top of a report, as a browser shows it.

Use: ``PYTHONPATH=tests/support python tools/figures/photograph.py REPORT -o PNG``.
"""

import argparse
import math
import pathlib

from browser import browser

_MARGIN = 16  # pixels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    parser.add_argument("--scheme", choices=["light", "dark"], default="light")
    parser.add_argument("--width", type=int, default=1180, help="pixels")
    parser.add_argument("--height", type=int, default=1290, help="pixels; 0 is the whole page")
    parser.add_argument("--at", default="body", help="selector of what the picture begins with")
    parser.add_argument("--until", help="selector of what it ends with, instead of --height")
    chosen = parser.parse_args()
    with browser() as started:
        size = {"width": chosen.width, "height": chosen.height or 900}
        page = started.new_page(viewport=size, color_scheme=chosen.scheme, offline=True)
        page.goto(chosen.report.resolve().as_uri())
        page.locator(chosen.at).first.evaluate("element => element.scrollIntoView({behavior: 'instant'})")
        if chosen.until is not None:
            end = page.locator(chosen.until).bounding_box()
            page.set_viewport_size({**size, "height": math.ceil(end["y"] + end["height"]) + _MARGIN})
        page.screenshot(path=chosen.output, full_page=chosen.height == 0)


if __name__ == "__main__":
    main()
