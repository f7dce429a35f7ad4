"""Forms that a person may not send are not shown to them."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import TIC, a_list, a_structure, an_attachment, an_espace, listed, sign_in
from tests.gateway.stubs import Stub

OF_MANAGERS = ["/structures/7/modifier", f"/structures/7/espaces/{TIC}/ouvrir"]


@pytest.fixture
def person(client: FlaskClient, structures: Stub, espaces: Stub) -> FlaskClient:
    sign_in(client)
    structures.answer("GET", "/structures/7", a_structure(), ETag='"v1"')
    espaces.answer("GET", "/structures/7/espaces", a_list(an_espace()))
    return client


@pytest.mark.parametrize("path", OF_MANAGERS)
@pytest.mark.parametrize(
    "mine",
    [[], [an_attachment(role="UTILISATEUR")], [an_attachment("EN_COURS_DE_VALIDATION")], [an_attachment("SUPPRIMEE")]],
    ids=["nobody", "user", "pending", "ended"],
)
def test_forms_of_managers_are_for_managers(
    person: FlaskClient, structures: Stub, path: str, mine: list[dict[str, object]]
) -> None:
    structures.answer("GET", "/attachments", listed(*mine))

    answer = person.get(path)

    assert answer.status_code == 403
    assert "Seul un gestionnaire de la structure peut faire cela." in answer.text


@pytest.mark.parametrize("role", ["GESTIONNAIRE_PRINCIPAL", "GESTIONNAIRE_SECONDAIRE"])
@pytest.mark.parametrize("path", OF_MANAGERS)
def test_managers_get_them(person: FlaskClient, structures: Stub, path: str, role: str) -> None:
    structures.answer("GET", "/attachments", listed(an_attachment(role=role)))

    assert person.get(path).status_code == 200


@pytest.mark.parametrize("status", ["VALIDEE", "EN_COURS_DE_VALIDATION"])
def test_who_is_attached_or_waits_is_led_to_the_structure_in_place_of_another_request(
    person: FlaskClient, structures: Stub, status: str
) -> None:  # S-09
    structures.answer("GET", "/attachments", listed(an_attachment(status)))

    answer = person.get("/structures/7/rattachement")

    assert (answer.status_code, answer.location) == (303, "/structures/7")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"status": "INACTIF"}, "Cette structure est inactive"),
        ({"accepts_attachment_requests": False}, "pas les demandes de rattachement. Adressez-vous"),
    ],
)
def test_nobody_writes_a_request_that_will_be_refused(
    person: FlaskClient, structures: Stub, state: dict[str, Any], sentence: str
) -> None:  # S-09
    structures.answer("GET", "/structures/7", a_structure(**state))
    structures.answer("GET", "/attachments", listed())

    answer = person.get("/structures/7/rattachement")

    assert answer.status_code == 409
    assert sentence in answer.text
    assert "<textarea" not in answer.text
