"""Page of a structure."""

from flask.testing import FlaskClient

from tests.gateway.portal.builders import TIC, a_list, a_structure, an_attachment, an_espace, csrf_of, listed, sign_in
from tests.gateway.stubs import Stub

CHANGES = {
    "name": "EARL des Tilleuls",
    "label": "Mine",
    "street": "10 rue du Centre",
    "complement_1": "Immeuble B",
    "postcode": "93160",
    "town": "Noisy-le-Grand",
    "country": "FR",
    "status": "ACTIF",
    "sector": "privee",
    "accepts_attachment_requests": "y",
}


def test_only_the_principal_manager_is_offered_to_open(client: FlaskClient, structures: Stub, espaces: Stub) -> None:
    # E-03
    sign_in(client)
    structures.answer("GET", "/structures/7", a_structure())
    structures.answer("GET", "/attachments", listed(an_attachment(role="UTILISATEUR")))
    espaces.answer("GET", "/structures/7/espaces", a_list(an_espace()))

    answer = client.get("/structures/7")

    assert f"/espaces/{TIC}/ouvrir" not in answer.text


def test_a_hidden_structure_says_why_little_is_shown_and_how_to_ask(
    client: FlaskClient, structures: Stub
) -> None:  # S-19
    sign_in(client)
    hidden = a_structure(name="SIRET 13001977100018", street="", postcode="", is_hidden=True)
    structures.answer("GET", "/structures/7", hidden)
    structures.answer("GET", "/attachments", listed())

    answer = client.get("/structures/7")

    assert "Seules les personnes rattachées voient son nom" in answer.text
    assert "/structures/7/rattachement" in answer.text


def test_what_nobody_has_verified_says_so_wherever_it_is_listed(client: FlaskClient, structures: Stub) -> None:
    # S-19
    sign_in(client)
    structures.answer("GET", "/attachments", listed())
    structures.answer("GET", "/structures", listed(a_structure(verified=False)))
    structures.answer("GET", "/structures/7", a_structure(verified=False))

    pages = [client.get(path).text for path in ("/structures/recherche?name=tilleuls", "/structures/7/rattachement")]

    assert all("Pas encore vérifiée" in page for page in pages)


def test_a_change_names_the_version_that_its_form_was_filled_with(client: FlaskClient, structures: Stub) -> None:
    # S-07
    sign_in(client)
    structures.answer("GET", "/attachments", listed(an_attachment()))
    structures.answer("GET", "/structures/7", a_structure(), ETag='"v1"')
    structures.answer("PATCH", "/structures/7", a_structure())
    token = csrf_of(client, "/structures/7/modifier")
    structures.answer("GET", "/structures/7", a_structure(label="Ours"), ETag='"v2"')

    client.post("/structures/7/modifier", data={**CHANGES, "csrf_token": token, "version": '"v1"'})

    assert structures.last().headers["If-Match"] == '"v1"'


def test_what_was_stored_meanwhile_stands_beside_what_was_typed(client: FlaskClient, structures: Stub) -> None:
    # S-07
    sign_in(client)
    structures.answer("GET", "/attachments", listed(an_attachment()))
    stored = a_structure(label="Theirs", is_centre_de_gestion=True, accepts_attachment_requests=False)
    structures.answer("GET", "/structures/7", stored, ETag='"v2"')
    structures.refuse("PATCH", "/structures/7", 412, "changed_meanwhile")
    token = csrf_of(client, "/structures/7/modifier")

    answer = client.post("/structures/7/modifier", data={**CHANGES, "csrf_token": token, "version": '"v1"'})

    assert answer.status_code == 412
    assert 'value="Mine"' in answer.text
    assert "Theirs" in answer.text
    assert answer.text.count("Enregistré entre-temps") >= 3
    assert "&#34;v2&#34;" in answer.text


def test_a_structure_that_waits_for_the_directory_says_so_before_anybody_opens_an_espace(
    client: FlaskClient, structures: Stub, espaces: Stub
) -> None:  # S-05
    sign_in(client)
    structures.answer("GET", "/structures/7", a_structure(verified=False, awaits_verification=True))
    structures.answer("GET", "/attachments", listed(an_attachment()))
    structures.answer("GET", "/structures/7/attachments", listed())
    waiting = an_espace(available=False, unavailable_code="structure_unverified")
    espaces.answer("GET", "/structures/7/espaces", a_list(waiting))

    page = client.get("/structures/7").text

    assert "La base INSEE n'a pas encore confirmé ce SIRET." in page
    assert "aucun espace ne peut être ouvert" in page
    assert "Pas encore disponible." in page
