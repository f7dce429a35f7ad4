"""Report of the figures: var/bench.json, part by part, and from there the tables in docs/performance.md."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from chassis.ground.json import JsonObject

from bench.measurement import Figure

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "var" / "bench.json"
QUICK_RESULTS = ROOT / "var" / "bench-quick.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- written by make bench -->", "<!-- end of what make bench wrote -->"


def line(figure: Figure) -> str:
    """Return one figure for the terminal."""
    over = f" over {figure.rows:,} rows" if figure.rows else ""
    aim = f"; aim {_aim(figure)}" if figure.aim else ""
    return f"{figure.name}{over}: {_ours(figure)} against {_floor(figure)}, {_ratio(figure)}{aim}"


def store(part: str, figures: Sequence[Figure], *, quick: bool) -> None:
    """Store a part's figures beside the other parts, perhaps measured at another time."""
    results = QUICK_RESULTS if quick else RESULTS
    results.parent.mkdir(exist_ok=True)
    stored: JsonObject = json.loads(results.read_text()) if results.exists() else {}
    stored[part] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_average": os.getloadavg()[0],
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "figures": [asdict(figure) for figure in figures],
    }
    results.write_text(json.dumps(stored, indent=1))


def write_page() -> None:
    """Render all stored figures between the two marks of the page."""
    stored: JsonObject = json.loads(RESULTS.read_text())
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text("\n".join([before + BEGIN, *_tables(stored), END + after]), "utf-8")


def _tables(stored: JsonObject) -> Iterator[str]:
    for part, measured in stored.items():
        yield ""
        yield f"`make bench PARTS={part}`, {measured['at']}, {_machine(measured)}:"
        yield ""
        figures = [Figure(**figure) for figure in measured["figures"]]
        yield from _grown(figures) if any(figure.rows for figure in figures) else _compared(figures)
    yield ""


def _machine(measured: JsonObject) -> str:
    load = measured["load_average"]
    return f"{measured['processors']} processors, Python {measured['python']}, load average at the end {load:.1f}"


def _compared(figures: Sequence[Figure]) -> Iterator[str]:
    yield "| figure | ours | floor | ours / floor: median (lowest to highest round) | aim |"
    yield "|---|---:|---:|---:|---:|"
    for figure in figures:
        yield f"| {figure.name} | {_ours(figure)} | {_floor(figure)} | {_ratio(figure)} | {_aim(figure)} |"


def _grown(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield a table: a row for each figure, a column for each number of rows."""
    counts = sorted({figure.rows for figure in figures if figure.rows})
    yield "| figure, and its ratio to the floor | " + " | ".join(f"{count:,} rows" for count in counts) + " |"
    yield "|---|" + "---:|" * len(counts)
    for name in dict.fromkeys(figure.name for figure in figures):
        of_name = {figure.rows: figure for figure in figures if figure.name == name}
        cells = [f"{_ours(of_name[count])}, {_ratio(of_name[count])}" for count in counts]
        yield f"| {name} | " + " | ".join(cells) + " |"


def _ours(figure: Figure) -> str:
    return f"{_amount(median(figure.ours))} {figure.unit}"


def _floor(figure: Figure) -> str:
    return f"{_amount(median(figure.floor))} {figure.unit}"


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _ratio(figure: Figure) -> str:
    if figure.more_is_better:
        return f"{figure.ratio:.0%} ({min(figure.ratios):.0%} to {max(figure.ratios):.0%})"
    return f"{figure.ratio:.1f} times ({min(figure.ratios):.1f} to {max(figure.ratios):.1f})"


def _aim(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    return f"{figure.aim:.0%} or more" if figure.more_is_better else f"{figure.aim:.0f} {figure.unit} or less"
