"""The documents are true: they do not drift from the code, and the code answers nothing that they do not say."""

from pathlib import Path

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chassis.cli import described
from chassis.processes.registry import GATEWAY, SERVICES
from chassis.processes.service import AnyService
from tests.kit import keys
from tests.kit.fleet import running, services

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CONTRACTS = Path(__file__).parents[2] / "contracts" / "openapi"
MOST_EXAMPLES = 25
EXAMPLES = settings(
    max_examples=min(MOST_EXAMPLES, settings().max_examples),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
"""Per operation. The same ones at every run; fewer with the profile `quick`."""
CALLERS = {
    "a person": keys.person_headers(41),
    "a service": keys.service_headers("notifier", "feed.read", "activation_links.issue", "access.check"),
    "nobody": {},
}


@pytest.mark.parametrize("process", [*SERVICES, GATEWAY])
def test_the_exported_document_is_what_the_code_says(process: str) -> None:
    exported = yaml.safe_load((CONTRACTS / f"{process}.yaml").read_text("utf-8"))

    assert exported == described(process), "run `make contracts` and read what changed"


@pytest.mark.parametrize("process", [*SERVICES, GATEWAY])
def test_operations_have_names_and_summaries_of_their_own(process: str) -> None:
    operations = [
        operation
        for path in described(process)["paths"].values()
        for verb, operation in path.items()
        if verb in ("get", "post", "put", "patch", "delete")
    ]

    names = [operation["operationId"] for operation in operations]

    assert len(names) == len(set(names))
    assert all(operation.get("summary") for operation in operations)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
def test_no_input_brings_a_server_error_or_an_undocumented_answer(service: AnyService, caller: str) -> None:
    with running(service) as under_test:
        schema = schemathesis.openapi.from_dict(described(service.name))
        schema.app = under_test.app
        for found in schema.get_all_operations():
            operation = found.ok()

            @EXAMPLES
            @given(case=operation.as_strategy())
            def answers(case: Case) -> None:
                case.query = {name: value for name, value in (case.query or {}).items() if name != "wait"}
                case.call_and_validate(headers=CALLERS[caller], checks=CHECKS)

            answers()
