"""Command line `guichet`: its second word is the role of the process."""

import importlib
import importlib.util
import os
from dataclasses import replace

import click

from chassis.events.rabbitmq.claim import AnotherDeployment
from chassis.ground import logs, metrics
from chassis.ground.json import JsonObject
from chassis.ground.settings import DatabaseSettings, WebSettings
from chassis.operating import new_migration
from chassis.operating.commands import events
from chassis.processes import server
from chassis.processes.registry import GATEWAY, SERVICES, module_of, process_name, running, service_name, settings_of
from chassis.processes.service import bare_app, create_app
from chassis.processes.worker import Stuck, Worker
from chassis.storage import migrations
from chassis.storage.database import Database
from chassis.web import openapi

STUCK_STATUS = 70
"""Exit status of a worker that ended itself (EX_SOFTWARE)."""


class Commands(click.Group):
    """Group of the roles below and of `guichet <service> …`, for services with commands of their own."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = f"services.{cmd_name}.commands"
        if cmd_name in SERVICES and importlib.util.find_spec(module):
            return click.Group(cmd_name, commands=importlib.import_module(module).COMMANDS)
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands)
def main() -> None:
    """Guichet: accounts, structures, espaces and who may do what."""


@main.command()
@click.argument("services", nargs=-1, required=True, type=click.Choice(SERVICES))
def migrate(services: tuple[str, ...]) -> None:
    """Bring databases to their newest shape.

    With one service, GUICHET_DATABASE_URL names its database; with several, the address holds {service} where the name
    goes.
    """
    settings = settings_of(DatabaseSettings)
    for name in services:
        url = settings.database_url.replace("{service}", name)
        migrations.migrate_database(name, Database.of(replace(settings, database_url=url)))
        click.echo(f"{name}: migrated")


@main.command("migration")
@service_name
@click.argument("message")
def new_migration_file(service: str, message: str) -> None:
    """Write the next migration of a service from the changes in its models: a draft to read and to complete."""
    try:
        path = new_migration.write(service, message, module_of(service).SERVICE.metadata)
    except new_migration.NothingToMigrate:
        raise click.ClickException(f"{service}: the migrations lead to the models already") from None
    click.echo(f"{path}: read it, and complete it for rows that exist")


@main.command()
@process_name
def api(process: str) -> None:
    """Answer HTTP requests."""
    module = module_of(process)
    settings: WebSettings = settings_of(module.Settings if process == GATEWAY else module.SERVICE.settings)
    logs.configure(f"{process} api", settings.log_level)
    if process == GATEWAY:
        server.serve(lambda: module.create_app(settings), settings)
    else:
        server.serve(lambda: create_app(module.SERVICE, settings), settings)


@main.command("worker")
@service_name
def run_worker(service: str) -> None:
    """Publish this service's events, apply those of others, and do its work in the background."""
    started = running(service)
    settings = started.settings
    logs.configure(f"{service} worker", settings.log_level)
    try:
        worker = Worker(started.loops())
    except AnotherDeployment as error:
        raise click.ClickException(str(error)) from error
    if settings.metrics_port is not None:
        metrics.serve(settings.host, settings.metrics_port, worker.is_live)
    run_until_stuck(worker)


def run_until_stuck(worker: Worker) -> None:
    """Run a worker until a signal; end the process with STUCK_STATUS when one of its loops stands still."""
    try:
        worker.run()
    except Stuck:
        # At once: leaving in good order would wait for the thread that is stuck.
        os._exit(STUCK_STATUS)


@main.command("openapi")
@process_name
def export_openapi(process: str) -> None:
    """Print the OpenAPI document of a service or of the gateway, as YAML."""
    click.echo(openapi.to_yaml(described(process)), nl=False)


main.add_command(events)


def described(process: str) -> JsonObject:
    """Return the OpenAPI document, made from the code alone."""
    module = module_of(process)
    if process == GATEWAY:
        gateway_document: JsonObject = module.openapi()
        return gateway_document
    service_document: JsonObject = (
        bare_app(module.SERVICE).extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    )
    return service_document
