"""`python -m embedded.demo_data`: fill the system that `make run` has started."""

import json
import sys
from pathlib import Path

import click
from argon2 import PasswordHasher

from chassis.storage.database import Database
from embedded.demo_data.filling import AlreadyFilled, Filling, NeverArrived
from embedded.demo_data.population import PASSWORD, population
from embedded.run.layout import Layout
from services.identity.models.accounts import Credentials

SERVICES = ("identity", "structures", "espaces")


@click.command()
@click.option("--size", type=click.IntRange(1, 10_000), default=300, show_default=True, help="how many structures")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("var"), show_default=True)
def main(size: int, folder: Path) -> None:
    """Add people, structures, requests and subscriptions to the system that `make run` has started."""
    layout = Layout(folder.resolve(), port=0)
    if not (layout.state.exists() and json.loads(layout.state.read_text()).get("ready")):
        sys.exit("Nothing runs here: start `make run` first.")
    planned = population(size)
    databases = {service: Database(layout.database_url(service)) for service in SERVICES}
    hasher = PasswordHasher()
    credentials = Credentials(
        hasher.hash(PASSWORD), "Quel était le nom de votre premier animal ?", hasher.hash("medor")
    )
    try:
        Filling(databases, credentials).fill(planned)
    except AlreadyFilled:
        sys.exit("The demo's data are there already: `make clean` forgets them.")
    except NeverArrived as service:
        sys.exit(f"{service} does not follow: see its log in {layout.folder / 'log'}.")
    click.echo(f"{size} structures. Sign in as {planned.accountant.email}, password: {PASSWORD}")


main(prog_name="demo-data")
