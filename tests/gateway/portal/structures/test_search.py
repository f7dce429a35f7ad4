"""Searches for structures."""

from flask.testing import FlaskClient

from tests.gateway.portal.builders import a_public_structure, listed, sign_in
from tests.gateway.stubs import Stub

SIRET = "13001977100018"


def test_nothing_found_offers_to_create_with_the_siret_that_was_typed(client: FlaskClient, structures: Stub) -> None:
    # S-02
    sign_in(client)
    structures.answer("GET", "/structures", listed())

    answer = client.get("/structures/recherche?identifier=130+019+771+00018&identifier_type=SIRET")

    assert "Aucune structure ne correspond" in answer.text
    assert f"/structures/nouvelle?siret={SIRET}" in answer.text
    assert "identifier=130+019+771+00018" in structures.last().query


def test_public_structures_are_searched_without_an_account(client: FlaskClient, structures: Stub) -> None:
    # S-03
    structures.answer("GET", "/public-structures", listed(a_public_structure()))

    answer = client.get("/structures/publiques?name=tilleuls")

    assert "1 structure trouvée" in answer.text
    assert "Authorization" not in structures.last().headers
