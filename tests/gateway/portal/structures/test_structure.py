"""Page of a structure."""

from flask.testing import FlaskClient

from tests.gateway.portal.builders import TIC, a_list, a_structure, an_attachment, an_espace, listed, sign_in
from tests.gateway.stubs import Stub


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
    structures.answer("GET", "/structures", listed(a_structure(verified=False)))
    structures.answer("GET", "/structures/7", a_structure(verified=False))

    pages = [client.get(path).text for path in ("/structures/recherche?name=tilleuls", "/structures/7/rattachement")]

    assert all("Pas encore vérifiée" in page for page in pages)
