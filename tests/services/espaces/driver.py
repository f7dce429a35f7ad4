"""Calls the espaces service as people would, on structures and attachments that other services have told of."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from services.espaces.models.base import Base
from tests.kit.support import ServiceUnderTest, contract_example

MANAGER, COLLEAGUE, STRANGER = 41, 42, 43
STRUCTURE, CENTRE = 7, 8
TIC = "REMBOURSEMENT_TIC"
BOTH = ["CONSULTATION_UNIQUEMENT", "MODIFICATION"]
OPTIONS = {"categorie_beneficiaire": "CUMA", "pacage": "012345678"}


class EspacesDriver:
    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service
        self.hear("identity.account_registered.v1", account_id=MANAGER)
        self.hear("identity.account_activated.v1", account_id=MANAGER)
        self.hear("structures.structure_created.v1")

    def hear(self, event: str, /, **changes: Any) -> None:
        """Receive an event of another service: the contract's example but for `changes`."""
        producer = event.partition(".")[0]
        example = contract_example(event, position=self.service.inbox.position(producer) + 1)
        self.service.inbox.receive([replace(example, payload={**example.payload, **changes})])

    def attach(self, account_id: int = COLLEAGUE, attachment_id: int = 12, **changes: Any) -> None:
        event = "structures.attachment_approved.v1"
        self.hear(event, account_id=account_id, attachment_id=attachment_id, **changes)

    def call(self, method: str, path: str, account_id: int = MANAGER, **options: Any) -> TestResponse:
        headers = self.service.person_headers(account_id)
        return self.service.client.open(path, method=method, headers=headers, **options)

    def open(self, account_id: int = MANAGER, structure_id: int = STRUCTURE, **changes: Any) -> TestResponse:
        body = {"espace": TIC, "permissions": BOTH, "options": OPTIONS, **changes}
        return self.call("POST", f"/structures/{structure_id}/openings", account_id, json=body)

    def request(self, account_id: int = COLLEAGUE, **changes: Any) -> TestResponse:
        body = {"structure_id": STRUCTURE, "espace": TIC, "permissions": BOTH, "requested_on": "2026-11-24"}
        return self.call("POST", "/subscriptions", account_id, json={**body, **changes})

    def requested(self, **changes: Any) -> list[int]:
        """Request subscriptions, and return their numbers."""
        answer = self.request(**changes)
        assert answer.status_code == 201, answer.json
        return [item["subscription_id"] for item in answer.get_json()["items"]]

    def decide(self, account_id: int, decision: str, ids: list[int], **changes: Any) -> TestResponse:
        body = {"subscription_ids": ids, "decision": decision, **changes}
        return self.call("POST", "/subscriptions/decisions", account_id, json=body)

    def statuses(self) -> list[str]:
        """Return the statuses of the colleague's subscriptions, in their order."""
        items = self.call("GET", "/subscriptions", COLLEAGUE).get_json()["items"]
        return [item["status"] for item in items]

    def access(self, account_id: int = COLLEAGUE, caller: int | None = None, **changes: Any) -> str:
        """Return the reason in the access check's answer."""
        question = {"account_id": account_id, "structure_id": STRUCTURE, "espace": TIC, "permission": BOTH[1]}
        answer = self.call("GET", "/access", caller or account_id, query_string={**question, **changes})
        assert answer.status_code == 200, answer.json
        reason: str = answer.get_json()["reason"]
        assert answer.get_json()["allowed"] == (reason == "granted")
        return reason

    def menu(self, account_id: int) -> dict[str, list[dict[str, Any]]]:
        items = self.call("GET", "/menu", account_id).get_json()["items"]
        return {item["espace"]: item["structures"] for item in items}

    def events(self) -> list[str]:
        return [name for name, _ in self.service.recorded()]

    def payloads(self, name: str) -> list[dict[str, Any]]:
        """Return the payloads of every event of that name, in order."""
        return [payload for recorded, payload in self.service.recorded() if recorded == name]

    def snapshot(self) -> dict[str, Any]:
        """Return every row of the service's own tables, and every event, to compare when nothing may change."""
        with self.service.database.reading() as session:
            tables = {
                table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
                for table in Base.metadata.sorted_tables
            }
        return {**tables, "events": self.service.recorded()}


def refusal(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
    return answer.status_code, answer.get_json()["code"]


def faults(answer: TestResponse) -> dict[str, str]:
    """Return the code for each field at fault."""
    return {error["field"]: error["code"] for error in answer.get_json()["errors"]}
