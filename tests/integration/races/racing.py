"""Several calls at the same moment, again and again."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from werkzeug.test import TestResponse

from services.structures.app import SERVICE as STRUCTURES
from services.structures.resources import Resources
from tests.kit.support import service_under_test
from tests.services.structures.builders import ActivationMailsInMemory, DirectoryInMemory
from tests.services.structures.driver import StructuresDriver

ROUNDS = 25
"""A race that can go wrong does so within a few of them: each test here was seen to fail with its lock taken away."""


def outcomes(answers: list[TestResponse]) -> Counter[tuple[int, str | None]]:
    """How many got which status, and which code of a refusal. A deadlock would be a 503: the database's own fault."""
    return Counter(
        (answer.status_code, answer.get_json()["code"] if answer.status_code >= 400 else None) for answer in answers
    )


@contextmanager
def racing_structures() -> Iterator[StructuresDriver]:
    """The structures service, whose directory and mails are in memory; its rows are where the test keeps them."""
    available = Resources(DirectoryInMemory(), admit_fictive_sirets=False, activation_mails=ActivationMailsInMemory())
    service = replace(STRUCTURES, resources=lambda _: available)
    with service_under_test(service, directory="stock", directory_index=Path("unused")) as running:
        yield StructuresDriver(running)
