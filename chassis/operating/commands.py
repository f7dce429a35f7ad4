"""`guichet events …`: the operator's view of the bus, and the tools to mend what it carried."""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from chassis.calls.internal_client import RemoteRefusal
from chassis.ground.problems import Unavailable
from chassis.ground.transient import TRANSIENT
from chassis.operating import parked_events
from chassis.operating.parked_events import NobodyHandles, NotParked
from chassis.operating.rebuild import CannotRebuild, rebuild
from chassis.operating.status import standing
from chassis.processes.registry import running, service_name
from chassis.processes.service import RunningService
from chassis.storage import migrations

as_json = click.option("--json", "as_json", is_flag=True, help="prints JSON instead of lines")


@click.group()
def events() -> None:
    """What the services tell each other: where it stands, and how it is mended."""


@events.command("status")
@service_name
@as_json
def show_status(service: str, as_json: bool) -> None:
    """Shows what SERVICE has told and heard, and what waits. Run it with the settings of its worker."""
    with _opened(service) as opened:
        facts = standing(opened)
    _print(facts, as_json, _table)


@events.command("parked")
@service_name
@as_json
def show_parked(service: str, as_json: bool) -> None:
    """Lists the events that SERVICE could not apply. What they tell is not shown: it may be personal."""
    with _opened(service) as opened:
        rows = [_described(row) for row in parked_events.parked(opened.database)]
    _print(rows, as_json, lambda found: ["\t".join(_first(str(value)) for value in row.values()) for row in found])


@events.command("replay")
@service_name
@click.argument("event_id", type=click.UUID, required=False)
@click.option("--all", "every", is_flag=True, help="every parked event, in the order in which they were told")
def replay_parked(service: str, event_id: uuid.UUID | None, every: bool) -> None:
    """Applies parked events again, each in a transaction of its own. One that fails again stays parked."""
    if (event_id is None) is not every:
        raise click.UsageError("name one event, or say --all")
    with _opened(service) as opened:
        opened.build()
        chosen = [row.event.id for row in parked_events.parked(opened.database)] if event_id is None else [event_id]
        outcomes = [_replayed(opened, one, alone=not every) for one in chosen]
    if not all(outcomes):
        raise click.exceptions.Exit(1)


@events.command("rebuild")
@service_name
@click.option("--dry-run", is_flag=True, help="says what is wrong, and changes nothing")
def rebuild_copies(service: str, dry_run: bool) -> None:
    """Makes what SERVICE keeps of other services' facts again, from their feeds; it goes on working meanwhile."""
    with _opened(service) as opened:
        copies = opened.service.read_models
        if not migrations.is_current(service, opened.database):
            raise click.ClickException(f"The database is not of this version. Run `guichet migrate {service}` first.")
        try:
            differences = rebuild(opened.database, copies, opened.feeds(), dry_run=dry_run)
        except CannotRebuild as error:
            raise click.ClickException(f"{error} Nothing was changed.") from error
        except (Unavailable, RemoteRefusal) as error:
            raise click.ClickException(f"A producer's feed does not answer ({error}). Nothing was changed.") from error
    for found in differences:
        table, *counts = asdict(found).items()
        click.echo(f"{table[1]}: " + ", ".join(f"{count} {name}" for name, count in counts))
    if not differences:
        click.echo(f"{service} keeps no copies")


def _replayed(opened: RunningService, event_id: uuid.UUID, *, alone: bool) -> bool:
    """Says how it went. With others, one that is not parked any more was replayed by somebody else meanwhile."""
    try:
        fault = parked_events.replay(opened, event_id)
    except NotParked as error:
        if alone:
            raise click.ClickException(f"No event {event_id} is parked.") from error
        return True
    except NobodyHandles as error:
        click.echo(f"{event_id}: stays parked, nobody handles {error}", err=True)
        return False
    except TRANSIENT as error:
        raise click.ClickException(f"{event_id}: could not be tried now: {type(error).__name__}") from error
    click.echo(f"{event_id}: {'applied' if fault is None else f'failed again: {_first(fault)}'}", err=fault is not None)
    return fault is None


@contextmanager
def _opened(service: str) -> Iterator[RunningService]:
    """With the settings of its worker; a database that does not answer is said, once, here."""
    opened = running(service)
    try:
        yield opened
    except (OperationalError, ProgrammingError) as error:
        fault = str(error.orig).strip()
        raise click.ClickException(f"The database does not answer, or has not been migrated: {fault}") from error
    finally:
        opened.database.dispose()


def _described(row: parked_events.Parked) -> dict[str, str | int]:
    """Of the error all; a line shows its first one."""
    return {
        "id": str(row.event.id),
        "name": row.event.name,
        "position": row.event.position,
        "parked_at": row.parked_at,
        "error": row.error,
    }


def _first(text: str) -> str:
    return text.partition("\n")[0]


def _table(facts: dict[str, dict[str, Any]]) -> list[str]:
    lines = [(f"{section}: {name}", value) for section, found in facts.items() for name, value in found.items()]
    width = max(len(name) for name, _ in lines)
    return [f"{name:<{width}}  {value}" for name, value in lines]


def _print(found: Any, as_json: bool, lines: Callable[[Any], Sequence[str]]) -> None:
    for line in [json.dumps(found, indent=2)] if as_json else lines(found):
        click.echo(line)
