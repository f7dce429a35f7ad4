import json

from tests.gateway.builders import a_structures_client
from tests.gateway.stubs import Stub


def test_each_reading_goes_to_its_path_with_what_was_given(structures: Stub) -> None:
    for path in (
        "/directory/establishments/13001977100018",
        "/structures/7",
        "/attachments",
        "/structures/7/attachments",
    ):
        structures.answer_as_documented("GET", path)
    client = a_structures_client(structures.url)

    client.establishment("13001977100018")
    client.structure(7)
    client.my_attachments(limit=5)
    client.attachments_of(7, status="EN_COURS_DE_VALIDATION", after="cursor")

    assert [(received.path, received.query) for received in structures.received] == [
        ("/directory/establishments/13001977100018", ""),
        ("/structures/7", ""),
        ("/attachments", "limit=5"),
        ("/structures/7/attachments", "status=EN_COURS_DE_VALIDATION&after=cursor"),
    ]


def test_each_writing_goes_to_its_path_with_its_body(structures: Stub) -> None:
    for verb, path in (
        ("POST", "/structures"),
        ("PATCH", "/structures/7"),
        ("POST", "/structures/7/attachments"),
        ("POST", "/attachments/decisions"),
        ("DELETE", "/attachments/9"),
        ("POST", "/attachments/9/activation-mail"),
    ):
        structures.answer_as_documented(verb, path)
    client = a_structures_client(structures.url)

    client.create({"name": "GAEC des Érables"})
    client.change(7, {"label": None}, '"v1"')
    client.request_attachment(7)
    client.request_attachment(7, "Bonjour")
    client.decide_attachments([9], "REFUSE", "Inconnu")
    client.cancel_attachment(9)
    client.send_activation_mail(9)

    assert [
        (received.method, received.path, received.body and json.loads(received.body))
        for received in structures.received
    ] == [
        ("POST", "/structures", {"name": "GAEC des Érables"}),
        ("PATCH", "/structures/7", {"label": None}),
        ("POST", "/structures/7/attachments", {}),
        ("POST", "/structures/7/attachments", {"comment": "Bonjour"}),
        ("POST", "/attachments/decisions", {"attachment_ids": [9], "decision": "REFUSE", "reason": "Inconnu"}),
        ("DELETE", "/attachments/9", b""),
        ("POST", "/attachments/9/activation-mail", b""),
    ]
