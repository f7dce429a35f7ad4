"""New structure: its identifier, then its fields."""

import json

from flask.testing import FlaskClient

from tests.gateway.portal.builders import a_structure, csrf_of, listed, sign_in
from tests.gateway.stubs import Stub

SIRET = "13001977100018"


FOUND = f"/directory/establishments/{SIRET}"


def test_a_siret_that_the_directory_refuses_is_told_at_its_field(client: FlaskClient, structures: Stub) -> None:
    # S-05
    sign_in(client)
    structures.answer("GET", "/structures", listed())
    structures.refuse("GET", FOUND, 409, "siret_closed")
    values = {"csrf_token": csrf_of(client, "/structures/nouvelle"), "has_siret": "oui", "identifier": SIRET}
    values["identifier_type"] = "RIDET"

    answer = client.post("/structures/nouvelle", data=values)

    assert answer.status_code == 409
    assert '<a href="#identifier">Cet établissement est fermé' in answer.text


def test_a_structure_that_is_there_already_is_not_created_again(client: FlaskClient, structures: Stub) -> None:
    # S-01
    sign_in(client)
    structures.answer("GET", "/structures", listed(a_structure()))
    values = {"csrf_token": csrf_of(client, "/structures/nouvelle"), "has_siret": "oui", "identifier": SIRET}
    values["identifier_type"] = "RIDET"

    answer = client.post("/structures/nouvelle", data=values)

    assert answer.location == f"/structures/recherche?identifier={SIRET}&identifier_type=SIRET"


def test_without_the_directory_the_person_fills_the_form(client: FlaskClient, structures: Stub) -> None:
    # S-05
    sign_in(client)
    structures.refuse("GET", FOUND, 503, "directory_unavailable")

    answer = client.get(f"/structures/nouvelle/saisie?siret={SIRET}")

    assert answer.status_code == 200
    assert "La base INSEE ne répond pas" in answer.text
    assert f'value="{SIRET}"' in answer.text


def test_a_new_structure_is_sent_with_all_its_fields(client: FlaskClient, structures: Stub) -> None:
    # S-07
    sign_in(client)
    structures.refuse("GET", FOUND, 503, "directory_unavailable")
    structures.answer("POST", "/structures", a_structure(), 201)
    path = f"/structures/nouvelle/saisie?siret={SIRET}"
    values = dict.fromkeys(("name", "street", "postcode", "town"), "x")
    values |= {"identifier": SIRET, "country": "FR", "status": "ACTIF", "sector": "publique"}

    answer = client.post(path, data=values | {"csrf_token": csrf_of(client, path)})

    sent = json.loads(structures.last().body)
    assert (answer.status_code, answer.location) == (303, "/structures/7?nouvelle=oui")
    assert (sent["identifier_type"], sent["identifier"], sent["is_public"]) == ("SIRET", SIRET, True)
    assert (sent["is_centre_de_gestion"], sent["label"]) == (False, None)
