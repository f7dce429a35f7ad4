"""Measurement of two things alternately, so that other work of the machine falls on both."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Effort:
    """Duration of a run: enough to trust, or just enough to see that everything works."""

    rounds: int
    seconds: float
    """Duration of each load over HTTP."""
    events: int
    """Events drained or consumed in one round."""
    singles: int
    """Events followed one after another."""
    growth: tuple[int, ...]
    """Numbers of rows for the figures of growth."""

    @property
    def lighter(self) -> "Effort":
        """Return the effort for figures that are measured once for each number of rows."""
        return replace(self, rounds=max(2, self.rounds // 2), seconds=self.seconds / 2, events=self.events // 4)


FULL = Effort(rounds=7, seconds=3.0, events=20_000, singles=500, growth=(1_000, 100_000, 1_000_000))
QUICK = Effort(rounds=2, seconds=0.5, events=500, singles=20, growth=(100, 1_000))


@dataclass(frozen=True)
class Figure:
    """Our value and its floor, round by round; values of equal index belong together."""

    name: str
    unit: str
    floor: list[float]
    ours: list[float]
    aim: float | None = None
    """Least ratio that satisfies, or, for a time in ms, the greatest."""
    more_is_better: bool = True
    rows: int | None = None
    """Number of rows, where growth is the subject."""
    details: dict[str, float] = field(default_factory=dict)

    @property
    def ratios(self) -> list[float]:
        return [ours / floor for floor, ours in zip(self.floor, self.ours, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


Measure = Callable[[], float]


def in_turns(rounds: int, *measures: Measure) -> list[list[float]]:
    """Return a list of values for each measure, taken as a b c, a b c, … after one round of warm-up."""
    for measure in measures:
        measure()
    by_round = [[measure() for measure in measures] for _ in range(rounds)]
    return [list(values) for values in zip(*by_round, strict=True)]


def percentile(values: list[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
