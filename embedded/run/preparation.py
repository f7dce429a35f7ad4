"""Preparation of the first start: secrets, a small directory and the databases. Later starts reuse them."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from embedded.run.fleet import FOLLOWS, GUICHET, without_settings
from embedded.run.layout import Layout
from embedded.run.progress import Progress

SERVICES = ("identity", "structures", "espaces", "notifier")
LARGEST_LOG_BYTES = 5_000_000


class Failed(Exception):
    """Failure of a step; the message is for the person at the terminal."""


def prepare(layout: Layout, progress: Progress) -> None:
    with progress.step("secrets"):
        make_secrets(layout)
    if not layout.directory_index.exists():
        with progress.step("a small directory (generated companies, and those of the guide)"):
            make_directory(layout)
    with progress.step("databases"):
        _run(
            layout,
            "migrate",
            (*GUICHET, "migrate", *SERVICES),
            {"GUICHET_DATABASE_URL": layout.database_url("{service}")},
        )
    # Only before a start: a running process keeps its log open, whatever its name.
    for old in layout.folder.glob("log/*.log"):
        if old.stat().st_size > LARGEST_LOG_BYTES:
            old.replace(old.with_suffix(".log.1"))


def make_secrets(layout: Layout) -> None:
    """Make missing secrets, readable by their owner alone. Existing ones stay, so that sessions and tokens go on."""
    layout.secret("").mkdir(parents=True, exist_ok=True, mode=0o700)
    layout.log("").parent.mkdir(exist_ok=True)
    for name in (*FOLLOWS, "session"):
        _keep(layout.secret(name), secrets.token_urlsafe(32))
    for name, command in {"signing-keys": "keys", "encryption-keys": "encryption-keys"}.items():
        if not layout.secret(name).exists():
            _keep(layout.secret(name), _output((*GUICHET, "identity", command, "new")))


def make_directory(layout: Layout) -> None:
    stock = layout.folder / "directory"
    _run(layout, "directory", (sys.executable, "-m", "embedded.directory", str(stock)))
    files = {
        "--establishments": stock / "StockEtablissement.csv",
        "--legal-units": stock / "StockUniteLegale.csv",
        "--index": layout.directory_index,
    }
    options = [part for option, path in files.items() for part in (option, str(path))]
    _run(layout, "directory", (*GUICHET, "structures", "directory", "load", *options))


def _keep(path: Path, text: str) -> None:
    if not path.exists():
        # Created with its final mode: it is at no moment readable by others.
        new = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(new, "w") as file:
            file.write(text)


def _run(layout: Layout, name: str, command: tuple[str, ...], settings: dict[str, str] | None = None) -> None:
    environment = {**without_settings(os.environ), **(settings or {})}
    with layout.log(name).open("ab") as log:
        done = subprocess.run(
            command,
            env=environment,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    if done.returncode:
        raise Failed(f"{name} did not work; {layout.log(name)} says why.")


def _output(command: tuple[str, ...]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command[:3])} did not work:\n{done.stderr}")
    return done.stdout
