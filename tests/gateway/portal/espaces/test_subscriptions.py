"""Subscriptions to espaces."""

import json

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import TIC, a_list, a_manager, a_subscription, csrf_of, sign_in
from tests.gateway.stubs import Stub


@pytest.mark.parametrize(
    ("button", "location"), [({}, "/abonnements"), ({"autre": "oui"}, "/abonnements/nouveau?structure=7")]
)
def test_a_subscription_is_asked_for_and_perhaps_another(
    client: FlaskClient, identity: Stub, structures: Stub, espaces: Stub, button: dict[str, str], location: str
) -> None:
    # E-08
    sign_in(client)
    a_manager(identity, structures, espaces)
    espaces.answer("POST", "/subscriptions", a_list(a_subscription("EN_COURS_DE_VALIDATION")), 201)
    values = {"espace": TIC, "permissions": ["CONSULTATION_UNIQUEMENT", "MODIFICATION"], "requested_on": "2026-11-24"}
    token = csrf_of(client, "/abonnements/nouveau")

    answer = client.post("/abonnements/nouveau", data=values | {"csrf_token": token} | button)

    sent = json.loads(espaces.last().body)
    assert (answer.status_code, answer.location) == (303, location)
    assert (sent["structure_id"], sent["requested_on"], len(sent["permissions"])) == (7, "2026-11-24", 2)


def test_subscriptions_are_removed_many_at_once_after_a_confirmation(
    client: FlaskClient, identity: Stub, structures: Stub, espaces: Stub
) -> None:
    # E-10
    sign_in(client)
    a_manager(identity, structures, espaces)
    espaces.answer("POST", "/subscriptions/removals", a_list())
    values = {"csrf_token": csrf_of(client, "/abonnements"), "chosen": ["91", "92"]}

    confirmation = client.post("/abonnements/suppression", data=values)
    answer = client.post("/abonnements/suppression", data=values | {"confirme": "oui"})

    assert confirmation.status_code == 200
    assert answer.status_code == 303
    assert json.loads(espaces.last().body) == {"subscription_ids": [91, 92]}
