"""The processes that the command line can name, and how one is found with its settings."""

import importlib
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from chassis.events.inbox import follows
from chassis.ground.settings import SettingsError, load
from chassis.processes.service import RunningService, Service

SERVICES = tuple(sorted(path.parent.name for path in (Path(__file__).parents[2] / "services").glob("*/app.py")))
GATEWAY = "gateway"

service_name = click.argument("service", type=click.Choice(SERVICES))
process_name = click.argument("process", type=click.Choice([*SERVICES, GATEWAY]))


def module_of(process: str) -> Any:
    return importlib.import_module("gateway.app" if process == GATEWAY else f"services.{process}.app")


def settings_of(cls: type[Any]) -> Any:
    """Ends the process with a sentence for each setting that is wrong."""
    try:
        return load(cls)
    except SettingsError as error:
        _stop(str(error))


def running(name: str) -> RunningService:
    """A service as its worker has it, with an address for each producer that it follows."""
    service: Service = module_of(name).SERVICE
    settings = settings_of(service.settings)
    missing = sorted(follows(service.handlers) - getattr(settings, "feeds", {}).keys())
    if missing:
        _stop(f"GUICHET_FEEDS: no address of {', '.join(missing)}")
    return RunningService(service, settings)


def _stop(reason: str) -> NoReturn:
    click.echo(f"Guichet cannot start:\n{reason}", err=True)
    sys.exit(2)
