"""What tests of several rooms share."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.containers import engine
from tests.kit import databases
from tests.system import System, running_system

CHROMIUM = Path("/usr/bin/chromium")

# For `make quick`: a few examples show whether something is broken, many whether it holds (`make test`).
hypothesis.settings.register_profile("quick", max_examples=4)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=databases.KINDS,
        default=databases.SQLITE,
        help="what the tests of services keep their rows in (postgresql: in a container; default: sqlite)",
    )


def pytest_configure(config: pytest.Config) -> None:
    kind = config.getoption("--database")
    # The processes of xdist are started by one that has looked already, and cannot end the run by themselves.
    is_first = not hasattr(config, "workerinput")
    if kind == databases.POSTGRESQL and is_first and (reason := engine.available()):
        pytest.exit(reason, returncode=pytest.ExitCode.USAGE_ERROR)
    databases.choose(kind)


@pytest.hookimpl(trylast=True)  # once `-m` has chosen: a run without tests in containers does not look for an engine
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    on_sqlite = config.getoption("--database") == databases.SQLITE
    if not CHROMIUM.exists():
        _skip(items, "browser", "there is no Chromium here: `apt install chromium`, then run the tests again")
    if not on_sqlite:
        _skip(items, "sqlite_only", "speaks of SQLite by nature")
    if not on_sqlite or any(item.get_closest_marker("containers") for item in items):
        if reason := engine.available():
            _skip(items, "containers", reason)
        else:
            engine.remove_left_behind()
            config.add_cleanup(engine.remove_own)


def _skip(items: list[pytest.Item], marker: str, reason: str) -> None:
    for item in items:
        if item.get_closest_marker(marker):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """The whole embedded system, for tests that leave it running."""
    with running_system() as started:
        yield started
