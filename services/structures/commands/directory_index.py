"""`guichet structures directory …`: the index of establishments that lookups read."""

from pathlib import Path

import click

from services.structures.directory.stock_loader import LoadInProgress, StockUnusable, load_stock

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def directory() -> None:
    """Manage the directory of establishments."""


@directory.command()
@click.option("--establishments", required=True, type=_FILE, help="StockEtablissement, CSV or zip")
@click.option("--legal-units", required=True, type=_FILE, help="StockUniteLegale, CSV or zip")
@click.option("--index", required=True, envvar="GUICHET_DIRECTORY_INDEX", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="also if there is nothing, or much less than before")
def load(establishments: Path, legal_units: Path, index: Path, *, force: bool) -> None:
    """Build the index for lookups from the stock files of Sirene. Can be stopped and started again."""
    try:
        loaded = load_stock(establishments, legal_units, index, _PercentReport(), force=force)
    except StockUnusable as error:
        raise click.ClickException(f"{error}. The index in use stays as it was.") from error
    except LoadInProgress as error:
        raise click.ClickException("another process is loading this directory") from error
    click.echo(f"Directory loaded: {loaded.legal_units} legal units, {loaded.establishments} establishments.")
    if loaded.orphans:
        click.echo(f"Without a legal unit, and so without a name: {loaded.orphans} establishments.")


class _PercentReport:
    """Progress report: one line for each per cent of a file."""

    def __init__(self) -> None:
        self._last_line: tuple[str, int] | None = None

    def __call__(self, file: str, rows: int, part: float) -> None:
        percent = int(part * 100)
        if self._last_line != (file, percent):
            self._last_line = (file, percent)
            click.echo(f"{file}: {rows} rows, {percent} %", err=True)
