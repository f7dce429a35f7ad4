"""The file of signing keys, read again when it changes."""

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from chassis.ground.clock import now
from chassis.ground.settings import Secret
from services.identity.tokens import key_file, signing_keys
from services.identity.tokens.key_file import KeysInUse
from tests.services.identity.builders import Identity, bearer, identity_under_test, refusal

FIRST, SECOND = signing_keys.new_signing_key(), signing_keys.new_signing_key()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "signing-keys"
    path.write_text(signing_keys.as_set([FIRST]))
    return path


def in_use(file: Path) -> KeysInUse:
    return KeysInUse(file.read_text(), file)


def names(keys: KeysInUse) -> list[Any]:
    return [key["kid"] for key in keys.jwks()["keys"]]


def test_a_change_is_taken_over_at_the_next_use(file: Path) -> None:
    keys = in_use(file)

    key_file.rewrite(file, lambda _: signing_keys.as_set([SECOND, FIRST]))

    assert keys.signing.kid == SECOND["kid"]
    assert names(keys) == [SECOND["kid"], FIRST["kid"]]
    assert [key.kid for key in keys.find(None).keys] == names(keys)


def test_the_published_keys_are_one_object_until_they_change(file: Path) -> None:
    keys = in_use(file)
    before = keys.find(None)

    assert keys.find("any") is before
    key_file.rewrite(file, lambda text: text)
    os.utime(file, (1, 1))
    assert keys.find(None) is not before


@pytest.mark.parametrize(
    "content", ["", '{"keys": [', signing_keys.as_set([]), signing_keys.as_set([{**SECOND, "nbf": 4102444800}])]
)
def test_what_cannot_be_used_changes_nothing_until_it_can(file: Path, content: str) -> None:
    keys = in_use(file)

    file.write_text(content)
    assert keys.signing.kid == FIRST["kid"]
    file.unlink()
    assert keys.signing.kid == FIRST["kid"]
    file.write_text(signing_keys.as_set([SECOND]))

    assert keys.signing.kid == SECOND["kid"]


def test_a_file_that_is_replaced_as_a_whole_is_noticed_too(file: Path) -> None:
    keys = in_use(file)
    new = file.with_suffix(".new")
    new.write_text(signing_keys.as_set([SECOND]))

    new.replace(file)

    assert keys.signing.kid == SECOND["kid"]


def test_keys_without_a_file_stay(file: Path) -> None:
    keys = KeysInUse(file.read_text(), None)

    key_file.rewrite(file, lambda _: signing_keys.replaced())

    assert keys.signing.kid == FIRST["kid"]


def test_a_shorter_text_leaves_nothing_of_the_longer_one(file: Path) -> None:
    file.write_text(signing_keys.as_set([FIRST, SECOND]))

    key_file.rewrite(file, lambda _: signing_keys.as_set([SECOND]))

    assert file.read_text() == signing_keys.as_set([SECOND])


def test_a_file_that_cannot_be_written_is_an_error_and_the_change_is_not_made(tmp_path: Path) -> None:
    asked: list[str] = []

    def change(text: str) -> str:
        asked.append(text)
        return text

    with pytest.raises(OSError) as raised:
        key_file.rewrite(tmp_path, change)

    assert raised.value.errno == errno.EISDIR
    assert asked == []


@pytest.fixture
def rotating(file: Path) -> Iterator[Identity]:
    with identity_under_test(signing_keys=Secret(file.read_text()), signing_keys_file=file) as running:
        running.active_account()
        yield running


def whoami(identity: Identity, headers: dict[str, str]) -> Any:
    return identity.client.get("/accounts/me", headers=headers)


def test_identity_takes_a_new_key_over_without_a_restart(rotating: Identity, file: Path) -> None:
    before = bearer(rotating.sign_in())

    key_file.rewrite(file, lambda _: signing_keys.as_set([SECOND, FIRST]))
    after = bearer(rotating.sign_in())

    published = rotating.client.get("/.well-known/jwks.json").get_json()["keys"]
    assert [set(key) for key in published] == [{"kty", "crv", "x", "kid", "use", "alg"}] * 2
    assert [whoami(rotating, headers).status_code for headers in (before, after)] == [200, 200]


def test_a_token_of_a_key_that_has_left_is_refused_and_the_session_goes_on(rotating: Identity, file: Path) -> None:
    signed_in = rotating.sign_in()
    assert whoami(rotating, bearer(signed_in)).status_code == 200  # and is remembered as good

    key_file.rewrite(file, lambda _: signing_keys.as_set([SECOND]))

    assert refusal(whoami(rotating, bearer(signed_in))) == (401, "unauthenticated")
    renewed = rotating.refresh(json.loads(signed_in.text)["refresh_token"])
    assert whoami(rotating, bearer(renewed)).status_code == 200


def test_a_key_leaves_by_its_own_time(rotating: Identity, file: Path) -> None:
    signed_in, start = rotating.sign_in(), now()
    leaves = int(start.timestamp()) + 60
    key_file.rewrite(file, lambda _: signing_keys.as_set([{**SECOND, "nbf": 1}, {**FIRST, "exp": leaves}]))

    with time_machine.travel(leaves - 1, tick=False):
        before = whoami(rotating, bearer(signed_in))
    with time_machine.travel(leaves, tick=False):
        after = whoami(rotating, bearer(signed_in))

    assert (before.status_code, refusal(after)) == (200, (401, "unauthenticated"))
