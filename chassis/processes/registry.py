"""Registry of the processes that the command line can name, with their settings."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import NoReturn, TypeVar

import click

from chassis.events.inbox import producers_of
from chassis.ground.settings import ServiceSettings, SettingsError, load
from chassis.processes.service import AnyRunningService, AnyService, RunningService

SERVICES = tuple(sorted(path.parent.name for path in (Path(__file__).parents[2] / "services").glob("*/app.py")))
GATEWAY = "gateway"

T = TypeVar("T")

service_name = click.argument("service", type=click.Choice(SERVICES))
process_name = click.argument("process", type=click.Choice([*SERVICES, GATEWAY]))


def module_of(process: str) -> ModuleType:
    return importlib.import_module("gateway.app" if process == GATEWAY else f"services.{process}.app")


def settings_of(cls: type[T]) -> T:
    """Read the settings from the environment. End the process, with a sentence for each wrong one."""
    try:
        return load(cls)
    except SettingsError as error:
        _stop(str(error))


def running(name: str) -> AnyRunningService:
    """Return a service with the settings of its worker: it has an address for each producer that it follows."""
    service: AnyService = module_of(name).SERVICE
    settings = settings_of(service.settings)
    addresses = settings.feeds if isinstance(settings, ServiceSettings) else {}
    missing = sorted(producers_of(service.handlers) - addresses.keys())
    if missing:
        _stop(f"GUICHET_FEEDS: no address of {', '.join(missing)}")
    return RunningService(service, settings)


def _stop(reason: str) -> NoReturn:
    click.echo(f"Guichet cannot start:\n{reason}", err=True)
    sys.exit(2)
