"""New structure: its identifier, then its fields."""

import json

from flask.testing import FlaskClient

from tests.gateway.portal.builders import a_structure, an_establishment, csrf_of, listed, sign_in
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


def test_the_country_is_the_directorys_and_nothing_is_preselected_without_one(
    client: FlaskClient, structures: Stub
) -> None:  # S-04
    sign_in(client)
    path = f"/structures/nouvelle/saisie?siret={SIRET}"

    structures.answer("GET", FOUND, an_establishment(country="LU"))
    luxembourg = client.get(path).text
    structures.answer("GET", FOUND, an_establishment(country=None))
    nowhere = client.get(path).text
    without_country = client.post(path, data={"csrf_token": csrf_of(client, path), "name": "x", "country": ""})

    assert '<option selected value="LU">' in luxembourg
    assert '<option selected value="">' in nowhere
    assert '<option selected value="FR">' not in luxembourg + nowhere
    assert "Choisissez le pays." in without_country.text


def test_a_form_that_the_law_keeps_empty_says_so(client: FlaskClient, structures: Stub) -> None:  # S-19
    sign_in(client)
    structures.answer("GET", FOUND, an_establishment(name=None, street=None, complement_1=None, is_hidden=True))

    answer = client.get(f"/structures/nouvelle/saisie?siret={SIRET}")

    assert "diffusion partielle" in answer.text


def test_an_identifier_outside_the_union_may_be_left_to_us(client: FlaskClient, structures: Stub) -> None:  # S-06
    sign_in(client)
    structures.answer("POST", "/structures", a_structure(), 201)
    path = "/structures/nouvelle/saisie?type=HORS_UE"
    values = {
        "name": "Fromages",
        "street": "x",
        "town": "Berne",
        "country": "CH",
        "status": "ACTIF",
        "sector": "privee",
    }

    answer = client.post(path, data=values | {"csrf_token": csrf_of(client, path)})

    assert answer.status_code == 303
    sent = json.loads(structures.last().body)
    assert (sent["identifier"], sent["postcode"]) == (None, None)


def test_other_identifiers_and_french_postcodes_are_needed(client: FlaskClient, structures: Stub) -> None:  # S-06, S-07
    sign_in(client)
    path = "/structures/nouvelle/saisie?type=RIDET"
    values = {"name": "x", "street": "x", "town": "Paris", "country": "FR", "status": "ACTIF", "sector": "privee"}

    answer = client.post(path, data=values | {"csrf_token": csrf_of(client, path)})

    assert answer.status_code == 422
    assert "Indiquez l&#39;identifiant de la structure." in answer.text
    assert "Indiquez le code postal." in answer.text
