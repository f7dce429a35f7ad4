"""Opening of an espace."""

from flask.testing import FlaskClient

from tests.gateway.portal.builders import TIC, a_list, a_structure, an_attachment, an_espace, csrf_of, listed, sign_in
from tests.gateway.stubs import Stub


def test_a_centre_de_gestion_is_told_why_it_has_no_tic(client: FlaskClient, structures: Stub, espaces: Stub) -> None:
    # E-05
    sign_in(client)
    structures.answer("GET", "/structures/7", a_structure(is_centre_de_gestion=True))
    never = an_espace(available=False, unavailable_code="espace_not_available")
    espaces.answer("GET", "/structures/7/espaces", a_list(never))

    answer = client.get(f"/structures/7/espaces/{TIC}/ouvrir")

    assert "est un centre de gestion agricole" in answer.text
    assert "Ouvrir l'espace</button>" not in answer.text


def test_a_refused_option_is_told_at_its_own_field(client: FlaskClient, structures: Stub, espaces: Stub) -> None:
    # E-06
    sign_in(client)
    structures.answer("GET", "/structures/7", a_structure())
    structures.answer("GET", "/attachments", listed(an_attachment()))
    espaces.answer("GET", "/structures/7/espaces", a_list(an_espace()))
    espaces.refuse(
        "POST", "/structures/7/openings", 422, "invalid_input", ({"field": "options.pacage", "code": "invalid"},)
    )
    path = f"/structures/7/espaces/{TIC}/ouvrir"
    values = {"permissions": "MODIFICATION", "option_categorie": "CUMA", "option_pacage": "12"}

    answer = client.post(path, data=values | {"csrf_token": csrf_of(client, path)})

    assert answer.status_code == 422
    assert '<a href="#option_pacage">' in answer.text
