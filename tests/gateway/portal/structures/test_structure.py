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
