"""The services, as the tests of the whole see them."""

import importlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chassis.ground.settings import Secret
from chassis.processes.registry import SERVICES
from chassis.processes.service import AnyService
from tests.kit import keys
from tests.kit.support import ServiceUnderTest, service_under_test

OWN_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "identity": {
        "signing_keys": Secret(json.dumps(keys.KEYS.as_dict(private=True))),
        "encryption_keys": Secret("bm90LWEtc2VjcmV0LWJ1dC0zMi1ieXRlcy1sb25nLi4"),
        "portal_url": "http://localhost:9",
        "client_secret_structures": Secret("structures-of-this-test"),
        "client_secret_espaces": Secret("espaces-of-this-test"),
        "client_secret_notifier": Secret("notifier-of-this-test"),
        "argon2_time_cost": 1,
        "argon2_memory_kib": 64,
        "argon2_parallelism": 1,
    },
    "structures": {"directory": "stock", "directory_index": Path("/nowhere/directory.db")},
    "notifier": {
        "portal_url": "http://127.0.0.1:9",
        "smtp_host": "127.0.0.1",
        "smtp_port": 9,
        "smtp_starttls": False,
        "smtp_sender": "Guichet <ne-pas-repondre@guichet.example>",
    },
}
"""What each service needs beside the usual settings, with every address out of reach."""


def services() -> list[AnyService]:
    return [importlib.import_module(f"services.{name}.app").SERVICE for name in SERVICES]


@contextmanager
def running(service: AnyService) -> Iterator[ServiceUnderTest]:
    """`service` on an empty database, with nothing else running."""
    with service_under_test(service, **OWN_SETTINGS.get(service.name, {})) as under_test:
        yield under_test
