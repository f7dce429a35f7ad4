"""Progress of the start on the terminal: one line per step, with its time; colours only on a terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        begun = time.monotonic()
        if self._is_terminal:
            print(f"  · {what} …", end="\r", flush=True)
        yield
        self.line(f"  {self.green('✓')} {what} {self.dim(f'{time.monotonic() - begun:.1f} s')}")

    def line(self, text: str = "") -> None:
        print(f"\033[K{text}" if self._is_terminal else text, flush=True)

    def green(self, text: str) -> str:
        return self._coloured("32", text)

    def bold(self, text: str) -> str:
        return self._coloured("1", text)

    def dim(self, text: str) -> str:
        return self._coloured("2", text)

    def _coloured(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._is_terminal else text
