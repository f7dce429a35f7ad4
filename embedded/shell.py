"""`python -m embedded.shell SERVICE`: a Python prompt with the database of a service that `make run` has filled."""

import code
import importlib
import sys
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase

from chassis.processes.registry import SERVICES
from chassis.storage.database import Database
from embedded.run.layout import Layout

BANNER = """The database of {service}: `session` reads, `database.writing()` gives a session that commits at its end.
Tables, by their classes: {classes}"""


@click.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("var"), show_default=True)
def main(service: str, folder: Path) -> None:
    """Open a Python prompt with the database of SERVICE."""
    layout = Layout(folder.resolve(), port=0)
    if not (layout.folder / f"{service}.db").exists():
        sys.exit(f"There is no database of {service} in {layout.folder}: start `make run` first.")
    importlib.import_module(f"services.{service}.app")
    classes = {
        mapper.class_.__name__: mapper.class_
        for base in DeclarativeBase.__subclasses__()
        for mapper in base.registry.mappers
    }
    database = Database(layout.database_url(service))
    with database.reading() as session:
        names = {"database": database, "session": session, "select": select, **classes}
        code.interact(BANNER.format(service=service, classes=", ".join(sorted(classes))), local=names, exitmsg="")
    database.dispose()


main(prog_name="shell")
