"""Where the figures go: var/bench.json, and the table in docs/performance.md."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from bench.measuring import Effort, Figure

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "var" / "bench.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"


def line(figure: Figure) -> str:
    low, high = min(figure.ratios), max(figure.ratios)
    return (
        f"{figure.name}: {_amount(median(figure.ours))} of {_amount(median(figure.floor))} {figure.unit},"
        f" {figure.ratio:.0%} ({low:.0%} to {high:.0%}){_aim(figure)}"
    )


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _aim(figure: Figure) -> str:
    return f", aim {figure.aim:.0%}" if figure.aim else ""


def write(found: Mapping[str, Sequence[Figure]], effort: Effort) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({part: [asdict(f) for f in figures] for part, figures in found.items()}, indent=1))
