"""`guichet identity keys …`, as an operator calls it."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result

from chassis.cli import main
from chassis.ground.clock import now
from services.identity.tokens.signing_keys import SigningKeys

PUBLISHED, KEPT = timedelta(minutes=10), timedelta(minutes=20)


def keys(*arguments: str, file: Path | None = None, **environment: str) -> Result:
    known = {"GUICHET_SIGNING_KEYS_FILE": str(file)} if file else {}
    return CliRunner().invoke(main, ["identity", "keys", *arguments], env={**known, **environment})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """With one key."""
    path = tmp_path / "signing-keys"
    path.write_text(keys("new").stdout)
    return path


def members(file: Path) -> list[dict[str, Any]]:
    return list(json.loads(file.read_text())["keys"])


def signing_at(file: Path, moment: datetime) -> Any:
    with time_machine.travel(moment, tick=False):
        return SigningKeys(file.read_text()).signing.kid


def published_at(file: Path, moment: datetime) -> list[Any]:
    with time_machine.travel(moment, tick=False):
        return [key["kid"] for key in SigningKeys(file.read_text()).jwks()["keys"]]


def test_a_new_key_is_what_the_settings_take_and_never_the_same() -> None:
    first, second = (keys("new").stdout for _ in range(2))

    assert SigningKeys(first).signing.is_private
    assert SigningKeys(first).signing.kid != SigningKeys(second).signing.kid


@pytest.mark.parametrize("content", ["", "this is not JSON", '{"keys":      []}', '{"keys":  ["x"]}'])
def test_what_is_no_set_of_keys_is_left_as_it_is(file: Path, content: str) -> None:
    file.write_text(content)

    result = keys("rotate", file=file)

    assert result.exit_code == 1
    assert re.search("GUICHET_SIGNING_KEYS|the signing keys: ", result.stderr)
    assert file.read_text() == content


def test_without_keys_the_command_says_what_is_missing() -> None:
    result = keys("rotate")

    assert result.exit_code == 1
    assert "GUICHET_SIGNING_KEYS: missing" in result.stderr


def test_a_new_key_is_published_first_then_signs_and_the_old_one_leaves_after_its_last_token(file: Path) -> None:
    (old,), start = members(file), now().replace(microsecond=0)

    with time_machine.travel(start, tick=False):
        result = keys("rotate", file=file)

    new, kept = members(file)
    assert (result.exit_code, result.stdout) == (0, "")
    assert kept["kid"] == old["kid"]
    second = timedelta(seconds=1)
    assert signing_at(file, start) == signing_at(file, start + PUBLISHED - second) == old["kid"]
    assert signing_at(file, start + PUBLISHED) == new["kid"]
    both = [new["kid"], old["kid"]]
    assert published_at(file, start) == published_at(file, start + PUBLISHED + KEPT - second) == both
    assert published_at(file, start + PUBLISHED + KEPT) == [new["kid"]]


def test_the_old_key_stays_for_as_long_as_the_longest_token(file: Path) -> None:
    start = now().replace(microsecond=0)
    with time_machine.travel(start, tick=False):
        keys("rotate", file=file, GUICHET_ACCESS_TOKEN_MINUTES="5", GUICHET_SERVICE_TOKEN_MINUTES="60")

    assert len(published_at(file, start + PUBLISHED + timedelta(minutes=60))) == 2


def test_the_file_keeps_its_place_so_that_a_container_sees_the_change(file: Path) -> None:
    file.chmod(0o600)
    before = file.stat()

    keys("rotate", file=file)

    assert (file.stat().st_ino, file.stat().st_mode) == (before.st_ino, before.st_mode)


def test_rotating_twice_skips_nobody(file: Path) -> None:
    """The key that waits still signs for its moment, and every token lives."""
    (first,), start = members(file), now().replace(microsecond=0)
    with time_machine.travel(start, tick=False):
        keys("rotate", file=file)
    with time_machine.travel(start + timedelta(minutes=4), tick=False):
        keys("rotate", file=file)

    third, second, kept = members(file)
    minutes = [timedelta(minutes=number) for number in (0, 9, 10, 13, 14, 30)]
    names = {first["kid"]: 1, second["kid"]: 2, third["kid"]: 3}
    assert [names[signing_at(file, start + later)] for later in minutes] == [1, 1, 2, 2, 3, 3]
    assert kept["exp"] < second["exp"]


def test_keys_that_have_left_go_with_the_next_rotation(file: Path) -> None:
    start = now()
    keys("rotate", file=file)
    first = members(file)[0]["kid"]

    with time_machine.travel(start + timedelta(days=90), tick=False):
        keys("rotate", file=file)

    assert [one["kid"] for one in members(file)][1:] == [first]


def test_at_once_leaves_no_other_key(file: Path) -> None:
    (lost,) = members(file)

    keys("rotate", "--at-once", file=file)

    assert [one["kid"] for one in members(file)] == [SigningKeys(file.read_text()).signing.kid]
    assert members(file)[0]["kid"] != lost["kid"]


def test_where_there_is_no_file_to_write_the_new_set_is_printed(file: Path) -> None:
    before = file.read_text()

    result = keys("rotate", GUICHET_SIGNING_KEYS=before)

    assert result.exit_code == 0
    assert [one["kid"] for one in json.loads(result.stdout)["keys"]][1:] == [json.loads(before)["keys"][0]["kid"]]
    assert "nothing is changed until the file holds what is printed above" in result.stderr


def test_no_private_part_is_told(file: Path) -> None:
    keys("rotate", file=file)
    secrets = [member["d"] for member in members(file)]

    told = [keys("list", file=file), keys("rotate", file=file)]

    assert not any(secret in result.stdout + result.stderr for secret in secrets for result in told)


def test_the_list_says_where_each_key_stands(file: Path) -> None:
    start = now().replace(microsecond=0)
    with time_machine.travel(start, tick=False):
        keys("rotate", file=file)
        waiting, signing = keys("list", file=file).stdout.splitlines()
    with time_machine.travel(start + PUBLISHED, tick=False):
        signs, signs_no_more = keys("list", file=file).stdout.splitlines()
    with time_machine.travel(start + PUBLISHED + KEPT, tick=False):
        _, left = keys("list", file=file).stdout.splitlines()

    assert waiting.endswith(f"published, signs from {(start + PUBLISHED).isoformat()}")
    assert signing.endswith(f"signs, leaves {(start + PUBLISHED + KEPT).isoformat()}")
    assert signs.endswith("\tsigns")
    assert "\tsigns no more, leaves " in signs_no_more
    assert "\tleft " in left
