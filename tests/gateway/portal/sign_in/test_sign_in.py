"""Sign-in page, and sign-out."""

import pytest
from flask.testing import FlaskClient

from tests.gateway.portal.builders import a_manager, sign_in
from tests.gateway.stubs import Stub


def test_password_managers_recognise_address_and_password(client: FlaskClient) -> None:
    page = client.get("/connexion").text

    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


@pytest.mark.parametrize("address", ["/", "/mon-compte", "/structures/7", "/structures/7/demandes", "/rien"])
def test_signing_out_is_in_sight_on_every_page(
    client: FlaskClient, identity: Stub, structures: Stub, espaces: Stub, address: str
) -> None:
    sign_in(client)
    a_manager(identity, structures, espaces)

    page = client.get(address).text

    assert 'action="/deconnexion"' in page
    assert "Se déconnecter</button>" in page
