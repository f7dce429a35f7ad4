"""`guichet identity …` on the database of a running identity."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from chassis.cli import main
from tests.services.identity.builders import Identity

Shell = Callable[..., Result]


@pytest.fixture
def shell(identity: Identity) -> Shell:
    """Runs a command with the variables that identity's processes have."""

    def run(*arguments: str, typed: str = "") -> Result:
        url = identity.service.database.engine.url.render_as_string(hide_password=False)
        return CliRunner().invoke(main, ["identity", *arguments], input=typed, env={"GUICHET_DATABASE_URL": url})

    return run
