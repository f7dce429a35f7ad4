"""Entry point of `make bench`: it measures, and writes var/bench.json and the table in docs/performance.md.

It shows figures and judges none.
"""

import argparse
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from chassis.ground import logs

from bench import containers, events, growth, latency, report, routes, sign_ins, slow_clients
from bench.events import Place
from bench.measurement import FULL, QUICK, Effort, Figure

PARTS: dict[str, Callable[[Place, Effort], Iterator[Figure]]] = {
    "routes": lambda place, effort: routes.measure(place.postgres, effort),
    "events": events.measure,
    "latency": latency.measure,
    "growth": growth.measure,
    "sign_ins": lambda place, effort: sign_ins.measure(place.postgres, effort),
    "slow_clients": lambda place, effort: slow_clients.measure(place.postgres, effort),
}


def main() -> None:
    arguments = _arguments()
    effort = QUICK if arguments.quick else FULL
    logs.configure("bench", "ERROR")
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # the broker is knocked at until it answers
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the containers go on the way out
    containers.remove_left_behind()
    with ExitStack() as stack:
        place = Place(stack.enter_context(containers.postgres()), stack.enter_context(containers.rabbit()))
        for part in arguments.parts or PARTS:
            figures = []
            for figure in PARTS[part](place, effort):
                figures.append(figure)
                sys.stdout.write(report.line(figure) + "\n")
                sys.stdout.flush()
            report.store(part, figures, quick=arguments.quick)
    if not arguments.quick:
        report.write_page()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="just enough to see that everything works")
    return parser.parse_args()


if __name__ == "__main__":
    main()
