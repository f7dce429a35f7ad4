"""`make bench`: measures, writes var/bench.json and the table in docs/performance.md. It shows, and judges nothing."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from bench import containers, report, routes
from bench.measuring import FULL, QUICK, Effort, Figure

Part = Callable[[containers.Postgres, Effort], Iterator[Figure]]
PARTS: dict[str, Part] = {"routes": routes.measure}


def main() -> None:
    asked = _arguments()
    effort = QUICK if asked.quick else FULL
    containers.remove_left_behind()
    found: dict[str, list[Figure]] = {}
    with ExitStack() as stack:
        postgres = stack.enter_context(containers.postgres())
        for part in asked.parts:
            found[part] = []
            for figure in PARTS[part](postgres, effort):
                found[part].append(figure)
                sys.stdout.write(report.line(figure) + "\n")
                sys.stdout.flush()
    report.write(found, effort)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=f"of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="just enough to see that everything works")
    return parser.parse_args()


if __name__ == "__main__":
    main()
