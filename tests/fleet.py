"""The services, as the tests of the whole see them."""

import importlib

from chassis.cli import SERVICES
from chassis.service import Service


def services() -> list[Service]:
    return [importlib.import_module(f"services.{name}.app").SERVICE for name in SERVICES]
