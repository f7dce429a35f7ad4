"""Calls the structures service as a person would."""

from typing import Any

from werkzeug.test import TestResponse

from tests.kit.support import ServiceUnderTest
from tests.services.structures.builders import COLLEAGUE, MANAGER, a_new_structure


class StructuresDriver:
    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service

    def call(self, method: str, path: str, account_id: int | None = MANAGER, **options: Any) -> TestResponse:
        """`account_id` None: without a token."""
        headers = self.service.person_headers(account_id) if account_id else {}
        if method == "PATCH":
            # As a program does that reads, then changes; `headers` may name another version.
            read = self.service.client.get(path, headers=headers)
            headers |= {"If-Match": read.headers.get("ETag", '"none"'), **options.pop("headers", {})}
        return self.service.client.open(path, method=method, headers=headers, **options)

    def create(self, account_id: int = MANAGER, **fields: Any) -> int:
        """Create a structure for this account, and return its number."""
        answer = self.call("POST", "/structures", account_id, json=a_new_structure(**fields))
        assert answer.status_code == 201, answer.json
        number: int = answer.get_json()["structure_id"]
        return number

    def request(self, structure_id: int, account_id: int = COLLEAGUE, comment: str = "Me too") -> int:
        """Request an attachment, and return its number."""
        answer = self.call("POST", f"/structures/{structure_id}/attachments", account_id, json={"comment": comment})
        assert answer.status_code == 201, answer.json
        number: int = answer.get_json()["attachment_id"]
        return number

    def decide(self, account_id: int, decision: str, *attachment_ids: int, **fields: Any) -> TestResponse:
        body = {"attachment_ids": list(attachment_ids), "decision": decision, **fields}
        return self.call("POST", "/attachments/decisions", account_id, json=body)

    def attachments(self, structure_id: int, account_id: int = MANAGER) -> list[dict[str, Any]]:
        """Return the attachments as the managers see them."""
        answer = self.call("GET", f"/structures/{structure_id}/attachments", account_id)
        assert answer.status_code == 200, answer.json
        items: list[dict[str, Any]] = answer.get_json()["items"]
        return items

    def statuses(self, structure_id: int) -> dict[int, str]:
        return {item["attachment_id"]: item["status"] for item in self.attachments(structure_id)}

    def events(self) -> list[str]:
        return [name for name, _ in self.service.recorded()]


def refusal(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
    return answer.status_code, answer.get_json()["code"]


def faults(answer: TestResponse) -> dict[str, str]:
    """Return the code for each field at fault."""
    return {error["field"]: error["code"] for error in answer.get_json().get("errors", [])}
