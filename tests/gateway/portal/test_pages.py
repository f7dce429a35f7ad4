"""Pages: where they lead, and what they say when something fails."""

import json

import pytest
from flask import Response
from flask.testing import FlaskClient

from tests.gateway.portal.builders import (
    TIC,
    a_captcha,
    a_list,
    a_manager,
    a_public_structure,
    a_structure,
    a_subscription,
    an_attachment,
    an_espace,
    csrf_of,
    listed,
    nobody_yet,
    sign_in,
)
from tests.gateway.stubs import Stub

SIRET = "13001977100018"
FOUND = f"/directory/establishments/{SIRET}"


def test_an_unknown_address_is_told_in_french(client: FlaskClient) -> None:
    answer = client.get("/rien")

    assert answer.status_code == 404
    assert '<html lang="fr"' in answer.text
    assert "Cette page n&#39;existe pas" in answer.text


def test_a_wrong_method_is_told_in_french(client: FlaskClient) -> None:
    answer = client.post("/structures/recherche")

    assert answer.status_code == 405
    assert "accueil" in answer.text


def test_a_body_that_is_too_large_is_told_in_french(client: FlaskClient) -> None:
    answer = client.post("/connexion", data={"login_email": "x" * 10_000_000})

    assert answer.status_code == 413
    assert "trop volumineux" in answer.text


def test_what_nobody_foresaw_is_told_in_french(client: FlaskClient, structures: Stub) -> None:
    sign_in(client)
    structures.answer_with("GET", "/structures", lambda: Response('{"items": "not a list of structures"}'))

    answer = client.get("/structures/recherche?name=x")

    assert answer.status_code == 500
    assert "Une erreur est survenue de notre côté" in answer.text


def test_a_page_whose_service_is_away_tries_again_by_itself(
    client: FlaskClient, structures: Stub, espaces: Stub
) -> None:
    sign_in(client)
    nobody_yet(structures, espaces)
    structures.refuse("GET", "/attachments", 503, "unavailable")

    answer = client.get("/")

    assert answer.status_code == 503
    assert answer.headers["Refresh"] == "3"


def test_a_page_that_catches_up_says_so_and_tries_again(client: FlaskClient, structures: Stub, espaces: Stub) -> None:
    # E-11
    sign_in(client)
    nobody_yet(structures, espaces)
    espaces.refuse("GET", "/menu", 503, "catching_up")

    answer = client.get("/")

    assert "Un instant…" in answer.text
    assert answer.headers["Refresh"] == "1"


def test_someone_elses_requests_are_refused(client: FlaskClient, structures: Stub) -> None:
    # S-10
    sign_in(client)
    structures.answer("GET", "/structures/7", a_structure())
    structures.refuse("GET", "/structures/7/attachments", 403, "not_a_manager")

    answer = client.get("/structures/7/demandes")

    assert answer.status_code == 403
    assert "gestionnaire" in answer.text


def test_nothing_found_offers_to_create_with_the_siret_that_was_typed(client: FlaskClient, structures: Stub) -> None:
    # S-02
    sign_in(client)
    structures.answer("GET", "/structures", listed())

    answer = client.get("/structures/recherche?identifier=130+019+771+00018&identifier_type=SIRET")

    assert "Aucune structure ne correspond" in answer.text
    assert f"/structures/nouvelle?siret={SIRET}" in answer.text
    assert f"identifier={SIRET}" in structures.last().query


def test_public_structures_are_searched_without_an_account(client: FlaskClient, structures: Stub) -> None:
    # S-03
    structures.answer("GET", "/public-structures", listed(a_public_structure()))

    answer = client.get("/structures/publiques?name=tilleuls")

    assert "1 structure trouvée" in answer.text
    assert "Authorization" not in structures.last().headers


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


def test_a_centre_de_gestion_is_told_why_it_has_no_tic(client: FlaskClient, structures: Stub, espaces: Stub) -> None:
    # E-05
    sign_in(client)
    structures.answer("GET", "/structures/7", a_structure(is_centre_de_gestion=True))
    never = an_espace(available=False, unavailable_code="espace_not_available")
    espaces.answer("GET", "/structures/7/espaces", a_list(never))

    answer = client.get(f"/structures/7/espaces/{TIC}/ouvrir")

    assert "est un centre de gestion agricole" in answer.text
    assert "Ouvrir l'espace</button>" not in answer.text


def test_only_the_principal_manager_is_offered_to_open(client: FlaskClient, structures: Stub, espaces: Stub) -> None:
    # E-03
    sign_in(client)
    structures.answer("GET", "/structures/7", a_structure())
    structures.answer("GET", "/attachments", listed(an_attachment(role="UTILISATEUR")))
    espaces.answer("GET", "/structures/7/espaces", a_list(an_espace()))

    answer = client.get("/structures/7")

    assert f"/espaces/{TIC}/ouvrir" not in answer.text


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

    asked = client.post("/abonnements/suppression", data=values)
    answer = client.post("/abonnements/suppression", data=values | {"confirme": "oui"})

    assert asked.status_code == 200
    assert answer.status_code == 303
    assert json.loads(espaces.last().body) == {"subscription_ids": [91, 92]}


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


def test_the_api_needs_no_form_token(client: FlaskClient, identity: Stub) -> None:
    identity.answer("POST", "/captchas", a_captcha(), 201)

    answer = client.post("/api/v1/captchas")

    assert answer.status_code == 201
