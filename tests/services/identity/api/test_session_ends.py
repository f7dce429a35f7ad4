"""However a session ends, every service is told, and refuses its access tokens from then on (A-13)."""

from collections.abc import Callable

import pytest

from services.identity.models.history import by_command
from services.identity.use_cases import operators
from tests.services.identity.builders import EMAIL, NEW_PASSWORD, PASSWORD, Headers, Identity, bearer

pytestmark = pytest.mark.both_databases

SESSION_ENDED = "identity.session_ended.v1"


def remove_role(identity: Identity, _headers: Headers) -> None:
    command = by_command("operators")
    with identity.service.database.writing() as session:
        operators.add(session, EMAIL, {}, command)
        operators.remove(session, 1, command)


ENDS: dict[str, Callable[[Identity, Headers], object]] = {
    "signing out": lambda identity, headers: identity.client.delete("/sessions/current", headers=headers),
    "ending it from the list": lambda identity, headers: identity.client.delete("/sessions/1", headers=headers),
    "ending all others": lambda identity, _: identity.client.delete(
        "/sessions/others", headers=bearer(identity.sign_in())
    ),
    "a new password": lambda identity, _: identity.change_password(bearer(identity.sign_in()), NEW_PASSWORD),
    "a recovery": lambda identity, _: identity.recover(identity.recovery_link(), password=NEW_PASSWORD),
    "deactivation": lambda identity, headers: identity.deactivate(headers),
    "erasure": lambda identity, headers: identity.post(
        "/personal-data/erasure", {"current_password": PASSWORD}, headers=headers
    ),
    "the end of a role": remove_role,
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_every_end_of_a_session_is_told(active: Identity, end: Callable[[Identity, Headers], object]) -> None:
    headers = bearer(active.sign_in())

    end(active, headers)

    assert {"account_id": 1, "session_id": 1} in active.events(SESSION_ENDED)


def test_an_end_by_reuse_is_told_though_the_request_is_refused(active: Identity) -> None:
    stolen = active.sign_in().get_json()["refresh_token"]
    following = active.refresh(stolen).get_json()["refresh_token"]
    assert active.refresh(following).status_code == 201

    assert active.refresh(stolen).status_code == 401

    assert active.events(SESSION_ENDED) == [{"account_id": 1, "session_id": 1}]


def test_a_session_that_was_refused_its_end_is_not_told_to_have_ended(active: Identity) -> None:
    headers = bearer(active.sign_in())

    assert active.change_password(headers, NEW_PASSWORD, current="not the current one").status_code == 422
    assert active.client.delete("/sessions/9", headers=headers).status_code == 404

    assert active.events(SESSION_ENDED) == []
