"""A-15 at the public API: a copy of everything or none, and no erasure that would leave a structure to nobody."""

import pytest
from flask.testing import FlaskClient

from tests.gateway.builders import bearer
from tests.gateway.documented import example_answer
from tests.gateway.portal.builders import a_list, an_attached_structure
from tests.gateway.stubs import Stub

PATH = "/personal-data"
ERASURE = {"current_password": "un cheval pâle sur la colline"}


def copy_of(service: str) -> object:
    """Return the smallest answer of a service about a person; those of two services differ."""
    return example_answer(service, "GET", PATH)[1]


@pytest.fixture
def services(identity: Stub, structures: Stub, espaces: Stub, notifier: Stub) -> dict[str, Stub]:
    every = {"identity": identity, "structures": structures, "espaces": espaces, "notifier": notifier}
    for name, stub in every.items():
        stub.answer("GET", PATH, copy_of(name))
    structures.answer("GET", f"{PATH}/obstacles", a_list())
    identity.answer("POST", f"{PATH}/erasure", status=204)
    return every


def test_a_stranger_gets_nothing(client: FlaskClient, services: dict[str, Stub]) -> None:
    answer = client.get("/api/v1/personal-data")

    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")
    assert [stub.received for stub in services.values()] == [[], [], [], []]


@pytest.mark.parametrize("silent", ["identity", "structures", "espaces", "notifier"])
def test_a_copy_that_lacks_a_part_is_not_given(client: FlaskClient, services: dict[str, Stub], silent: str) -> None:
    services[silent].refuse("GET", PATH, 503, "unavailable", Retry_After="7")

    answer = client.get("/api/v1/personal-data", headers=bearer())

    assert (answer.status_code, answer.get_json()["code"]) == (503, "personal_data_incomplete")
    assert "n'ont pas pu être réunies en entier" in answer.get_json()["title"]
    assert answer.headers["Retry-After"] == "7"
    assert "Content-Disposition" not in answer.headers


def test_a_service_that_says_no_is_heard(client: FlaskClient, services: dict[str, Stub]) -> None:
    services["espaces"].refuse("GET", PATH, 401, "unauthenticated")

    answer = client.get("/api/v1/personal-data", headers=bearer())

    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")


def test_the_copy_is_a_file_with_the_answer_of_each_service_under_its_name(
    client: FlaskClient, services: dict[str, Stub]
) -> None:
    headers = bearer(42)  # once: a token of the next second is another one

    answer = client.get("/api/v1/personal-data", headers=headers)

    assert answer.get_json() == {name: copy_of(name) for name in services}
    assert "dès l'été" in answer.get_data(as_text=True)
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="guichet-mes-donnees.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert {stub.last().headers["Authorization"] for stub in services.values()} == {headers["Authorization"]}


def test_who_manages_an_active_structure_alone_is_not_erased(client: FlaskClient, services: dict[str, Stub]) -> None:
    services["structures"].answer("GET", f"{PATH}/obstacles", a_list(an_attached_structure()))

    answer = client.post("/api/v1/personal-data/erasure", headers=bearer(), json=ERASURE)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "only_manager")
    assert services["identity"].received == []


def test_without_an_answer_of_structures_nobody_is_erased(client: FlaskClient, services: dict[str, Stub]) -> None:
    services["structures"].refuse("GET", f"{PATH}/obstacles", 503, "unavailable")

    answer = client.post("/api/v1/personal-data/erasure", headers=bearer(), json=ERASURE)

    assert answer.status_code == 503
    assert services["identity"].received == []


def test_an_erasure_without_obstacles_goes_to_identity(client: FlaskClient, services: dict[str, Stub]) -> None:
    answer = client.post("/api/v1/personal-data/erasure", headers=bearer(), json=ERASURE)

    assert answer.status_code == 204
    requests = [(received.method, received.path) for received in services["identity"].received]
    assert requests == [("POST", f"{PATH}/erasure")]
