import json

from gateway.clients.espaces import EspacesClient
from gateway.recent_writes import RecentWrites
from tests.gateway.builders import PATIENT
from tests.gateway.stubs import Stub

QUESTION = {"account_id": 42, "structure_id": 7, "espace": "TIC", "permission": "MODIFICATION"}


def an_espaces_client(url: str) -> EspacesClient:
    return EspacesClient(url, RecentWrites(), PATIENT)


def test_each_reading_goes_to_its_path_with_what_was_given(espaces: Stub) -> None:
    for path in (
        "/catalogue",
        "/structures/7/espaces",
        "/subscriptions",
        "/structures/7/subscriptions",
        "/menu",
        "/access",
    ):
        espaces.answer_as_documented("GET", path)
    client = an_espaces_client(espaces.url)

    client.catalogue()
    client.of_structure(7)
    client.my_subscriptions(after="cursor", limit=5)
    client.subscriptions_of(7, status="VALIDE")
    client.menu()
    client.access(42, 7, "TIC", "MODIFICATION")

    assert [(received.path, received.query) for received in espaces.received] == [
        ("/catalogue", ""),
        ("/structures/7/espaces", ""),
        ("/subscriptions", "after=cursor&limit=5"),
        ("/structures/7/subscriptions", "status=VALIDE"),
        ("/menu", ""),
        ("/access", "account_id=42&structure_id=7&espace=TIC&permission=MODIFICATION"),
    ]


def test_each_writing_goes_to_its_path_with_its_body(espaces: Stub) -> None:
    for path in (
        "/structures/7/openings",
        "/subscriptions",
        "/subscriptions/decisions",
        "/subscriptions/removals",
        "/access/checks",
    ):
        espaces.answer_as_documented("POST", path)
    client = an_espaces_client(espaces.url)

    client.open(7, "TIC", ["MODIFICATION"], {"pacage": "012345678"})
    client.subscribe({"structure_id": 7, "espace": "TIC", "comment": ""})
    client.decide_subscriptions([9], "APPROVE")
    client.remove_subscriptions([9, 10])
    client.accesses([QUESTION])

    assert [(received.path, json.loads(received.body)) for received in espaces.received] == [
        (
            "/structures/7/openings",
            {"espace": "TIC", "permissions": ["MODIFICATION"], "options": {"pacage": "012345678"}},
        ),
        ("/subscriptions", {"structure_id": 7, "espace": "TIC"}),
        ("/subscriptions/decisions", {"subscription_ids": [9], "decision": "APPROVE"}),
        ("/subscriptions/removals", {"subscription_ids": [9, 10]}),
        ("/access/checks", {"checks": [QUESTION]}),
    ]
