"""Requests that await a manager's decision."""

import json

from flask.testing import FlaskClient

from tests.gateway.portal.builders import a_list, a_manager, a_structure, csrf_of, sign_in
from tests.gateway.stubs import Stub


def test_someone_elses_requests_are_refused(client: FlaskClient, structures: Stub) -> None:
    # S-10
    sign_in(client)
    structures.answer("GET", "/structures/7", a_structure())
    structures.refuse("GET", "/structures/7/attachments", 403, "not_a_manager")

    answer = client.get("/structures/7/demandes")

    assert answer.status_code == 403
    assert "gestionnaire" in answer.text


def test_requests_are_approved_many_at_once(
    client: FlaskClient, identity: Stub, structures: Stub, espaces: Stub
) -> None:
    # E-09
    sign_in(client)
    a_manager(identity, structures, espaces)
    espaces.answer("POST", "/subscriptions/decisions", a_list())
    token = csrf_of(client, "/structures/7/demandes")

    answer = client.post(
        "/structures/7/demandes/abonnements",
        data={"csrf_token": token, "a-chosen": ["91", "92"], "decision": "APPROVE"},
    )

    assert answer.status_code == 303
    assert json.loads(espaces.last().body) == {"subscription_ids": [91, 92], "decision": "APPROVE"}


def test_a_refusal_without_a_reason_decides_nothing(
    client: FlaskClient, identity: Stub, structures: Stub, espaces: Stub
) -> None:
    # S-10
    sign_in(client)
    a_manager(identity, structures, espaces)
    token = csrf_of(client, "/structures/7/demandes")

    answer = client.post(
        "/structures/7/demandes/rattachements", data={"csrf_token": token, "r-chosen": "71", "decision": "REFUSE"}
    )

    assert answer.status_code == 422
    assert '<a href="#r-reason">Indiquez le motif du refus.</a>' in answer.text
    assert not [call for call in structures.received if call.method == "POST"]
