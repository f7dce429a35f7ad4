"""Commands `guichet events …`: the operator's view of the bus, and the tools to mend its contents."""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TypeVar

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from chassis.calls.internal_client import RemoteRefusal
from chassis.ground.problems import Unavailable
from chassis.ground.transient import TRANSIENT
from chassis.operating import parked_events
from chassis.operating.parked_events import NoHandler, NotParked
from chassis.operating.rebuild import CannotRebuild, rebuild
from chassis.operating.status import Sections, service_status
from chassis.processes.registry import running, service_name
from chassis.processes.service import AnyRunningService
from chassis.storage import migrations

T = TypeVar("T")

ParkedRow = dict[str, str | int]
"""Columns of `guichet events parked`, in their order."""

as_json = click.option("--json", "as_json", is_flag=True, help="prints JSON instead of lines")


@click.group()
def events() -> None:
    """Mend what the services tell each other, and see where it stands."""


@events.command("status")
@service_name
@as_json
def show_status(service: str, as_json: bool) -> None:
    """Show what SERVICE has told and heard, and what waits. Run it with the settings of its worker."""
    with _opened(service) as opened:
        sections = service_status(opened)
    _print(sections, as_json, _status_lines)


@events.command("parked")
@service_name
@as_json
def show_parked(service: str, as_json: bool) -> None:
    """List the events that SERVICE could not apply. What they tell is not shown: it may be personal."""
    with _opened(service) as opened:
        rows = [_parked_row(parked) for parked in parked_events.parked(opened.database)]
    _print(rows, as_json, _parked_lines)


@events.command("replay")
@service_name
@click.argument("event_id", type=click.UUID, required=False)
@click.option("--all", "every", is_flag=True, help="every parked event, in the order in which they were told")
def replay_parked(service: str, event_id: uuid.UUID | None, every: bool) -> None:
    """Apply parked events again, each in a transaction of its own. One that fails again stays parked."""
    if (event_id is None) is not every:
        raise click.UsageError("name one event, or say --all")
    with _opened(service) as opened:
        opened.build()  # a wrong setting ends the command before any event is tried
        ids = [row.event.id for row in parked_events.parked(opened.database)] if event_id is None else [event_id]
        outcomes = [_replayed(opened, chosen_id, alone=not every) for chosen_id in ids]
    if not all(outcomes):
        raise click.exceptions.Exit(1)


@events.command("rebuild")
@service_name
@click.option("--dry-run", is_flag=True, help="says what is wrong, and changes nothing")
@click.option("--restored", metavar="PRODUCER", multiple=True, help="forgets what PRODUCER, restored, has forgotten")
def rebuild_read_models(service: str, dry_run: bool, restored: tuple[str, ...]) -> None:
    """Make what SERVICE keeps of other services' facts again, from their feeds; it goes on working meanwhile."""
    with _opened(service) as opened:
        if not migrations.is_current(service, opened.database):
            raise click.ClickException(f"The database is not of this version. Run `guichet migrate {service}` first.")
        if strangers := sorted(set(restored) - opened.followed):
            raise click.UsageError(f"{service} does not follow {', '.join(strangers)}")
        try:
            differences = rebuild(
                opened.database, opened.service.read_models, opened.feeds(), dry_run=dry_run, restored=restored
            )
        except CannotRebuild as error:
            raise click.ClickException(f"{error} Nothing was changed.") from error
        except (Unavailable, RemoteRefusal) as error:
            raise click.ClickException(f"A producer's feed does not answer ({error}). Nothing was changed.") from error
    for difference in differences:
        table, *counts = asdict(difference).items()
        click.echo(f"{table[1]}: " + ", ".join(f"{count} {name}" for name, count in counts))
    if not differences:
        click.echo(f"{service} keeps no copies")


def _replayed(opened: AnyRunningService, event_id: uuid.UUID, *, alone: bool) -> bool:
    """Replay one event, print the outcome, and return whether the event is not parked any more.

    Not `alone`, an event that is no longer parked counts as applied: another operator has replayed it meanwhile.
    """
    try:
        fault = parked_events.replay(opened, event_id)
    except NotParked as error:
        if alone:
            raise click.ClickException(f"No event {event_id} is parked.") from error
        return True
    except NoHandler as error:
        click.echo(f"{event_id}: stays parked, nobody handles {error}", err=True)
        return False
    except TRANSIENT as error:
        raise click.ClickException(f"{event_id}: could not be tried now: {type(error).__name__}") from error
    click.echo(
        f"{event_id}: {'applied' if fault is None else f'failed again: {_first_line(fault)}'}", err=fault is not None
    )
    return fault is None


@contextmanager
def _opened(service: str) -> Iterator[AnyRunningService]:
    """Yield a service with the settings of its worker. A database that does not answer ends the command."""
    opened = running(service)
    try:
        yield opened
    except (OperationalError, ProgrammingError) as error:
        fault = str(error.orig).strip()
        raise click.ClickException(f"The database does not answer, or has not been migrated: {fault}") from error
    finally:
        opened.database.dispose()


def _parked_row(parked: parked_events.Parked) -> ParkedRow:
    return {
        "id": str(parked.event.id),
        "name": parked.event.name,
        "position": parked.event.position,
        "parked_at": parked.parked_at,
        "error": parked.error,
    }


def _parked_lines(rows: Sequence[ParkedRow]) -> list[str]:
    """Return a line per event; an error of several lines is cut after its first one."""
    return ["\t".join(_first_line(str(value)) for value in row.values()) for row in rows]


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _status_lines(sections: Sections) -> list[str]:
    figures = [(f"{section}: {name}", value) for section, facts in sections.items() for name, value in facts.items()]
    width = max(len(name) for name, _ in figures)
    return [f"{name:<{width}}  {value}" for name, value in figures]


def _print(content: T, as_json: bool, lines: Callable[[T], Sequence[str]]) -> None:
    for line in [json.dumps(content, indent=2)] if as_json else lines(content):
        click.echo(line)
