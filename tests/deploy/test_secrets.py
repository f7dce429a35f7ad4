"""The folder of secrets, and what the broker is told of its users."""

import base64
import hashlib
import json
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy import secrets
from services.identity.tokens.signing_keys import SigningKeys


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    secrets.make(tmp_path / "secrets")
    return tmp_path / "secrets"


@pytest.fixture
def definitions(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / secrets.DEFINITIONS).read_text())
    return read


def rights(definitions: dict[str, Any], user: str) -> dict[str, str]:
    (found,) = (rights for rights in definitions["permissions"] if rights["user"] == user)
    return dict(found)


def names(definitions: dict[str, Any], user: str, what: str) -> set[str]:
    """Those of the bus on which `user` may do it."""
    on_the_bus = [
        "guichet.events",
        "guichet.dead",
        "amq.topic",
        *(f"guichet.{service}{end}" for service in secrets.SERVICES for end in ("", ".dead", ".deployment")),
    ]
    return {name for name in on_the_bus if re.search(rights(definitions, user)[what], name)}


def test_only_its_owner_enters_the_folder_and_every_container_can_read_its_files(folder: Path) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.suffix != ".gitignore"}

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(mode & 0o444 == 0o444 for mode in modes)


def test_what_is_there_stays(folder: Path) -> None:
    (folder / "session-secret").unlink()
    (folder / "sirene-key").write_text("given by INSEE")
    before = {path.name: path.read_text() for path in folder.iterdir() if path.name != secrets.DEFINITIONS}

    made = secrets.make(folder)

    after = {path.name: path.read_text() for path in folder.iterdir()}
    assert made == ["session-secret"]
    assert {name: after[name] for name in before} == before


def test_no_two_secrets_are_the_same_and_none_is_weak(folder: Path) -> None:
    left_to_others = {*secrets.FOR_THE_OPERATOR_TO_FILL, ".gitignore"}
    values = [path.read_text() for path in folder.iterdir() if path.name not in left_to_others]

    assert len(set(values)) == len(values)
    assert min(map(len, values)) >= 32


def test_the_folder_keeps_itself_out_of_git(folder: Path) -> None:
    assert (folder / ".gitignore").read_text() == "*\n"


def test_identity_can_sign_with_its_keys(folder: Path) -> None:
    keys = SigningKeys((folder / "identity-signing-keys").read_text())

    assert keys.signing.is_private


def test_the_command_says_what_it_made_and_never_a_secret(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy.secrets", str(tmp_path / "new")]

    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]).stdout

    assert "identity-signing-keys" in told
    values = [path.read_text() for path in (tmp_path / "new").iterdir() if path.stat().st_size > 16]
    assert [value for value in values if value in told] == []


def test_the_broker_knows_each_user_by_a_salted_hash_of_its_password(folder: Path, definitions: dict[str, Any]) -> None:
    assert {user["name"] for user in definitions["users"]} == {*secrets.SERVICES, "operator"}
    for user in definitions["users"]:
        password = (folder / f"{user['name']}-broker-password").read_bytes()
        salted = base64.b64decode(user["password_hash"])
        assert salted == salted[:4] + hashlib.sha256(salted[:4] + password).digest()
        assert user["hashing_algorithm"] == "rabbit_password_hashing_sha256"


def test_only_the_operator_administers_the_broker(definitions: dict[str, Any]) -> None:
    assert {user["name"] for user in definitions["users"] if user["tags"]} == {"operator"}


@pytest.mark.parametrize("service", secrets.SERVICES)
def test_a_service_may_touch_its_own_queues_and_the_exchanges(service: str, definitions: dict[str, Any]) -> None:
    own = {f"guichet.{service}", f"guichet.{service}.dead"}

    claim = f"guichet.{service}.deployment"
    assert names(definitions, service, "configure") == {*own, claim}
    assert names(definitions, service, "write") == {"guichet.events", "guichet.dead", *own}
    assert names(definitions, service, "read") == {"guichet.events", "guichet.dead", f"guichet.{service}", claim}


@pytest.mark.parametrize("service", secrets.SERVICES)
def test_a_service_publishes_under_its_own_name_only(service: str, definitions: dict[str, Any]) -> None:
    (topics,) = (rights for rights in definitions["topic_permissions"] if rights["user"] == service)

    allowed = [name for name in secrets.SERVICES if re.search(topics["write"], f"{name}.something_happened.v1")]

    assert topics["exchange"] == "guichet.events"
    assert allowed == [service]


@pytest.mark.parametrize(
    ("service", "followed"),
    [
        ("identity", set()),
        ("structures", {"identity"}),
        ("espaces", {"identity", "structures"}),
        ("notifier", {"identity", "structures", "espaces"}),
    ],
)
def test_a_service_hears_of_those_that_it_follows_only(
    service: str, followed: set[str], definitions: dict[str, Any]
) -> None:
    (topics,) = (rights for rights in definitions["topic_permissions"] if rights["user"] == service)

    heard = {name for name in secrets.SERVICES if re.search(topics["read"], f"{name}.#")}

    assert heard == followed
    assert not re.search(topics["read"], "#")


def test_the_exchanges_are_there_before_any_service(definitions: dict[str, Any]) -> None:
    exchanges = {(exchange["name"], exchange["type"], exchange["durable"]) for exchange in definitions["exchanges"]}

    assert exchanges == {("guichet.events", "topic", True), ("guichet.dead", "direct", True)}
    assert {vhost["name"] for vhost in definitions["vhosts"]} == {secrets.VIRTUAL_HOST}


def test_what_may_quote_a_person_does_not_stay_in_a_dead_letter_queue(definitions: dict[str, Any]) -> None:
    (policy,) = definitions["policies"]
    queues = [f"guichet.{service}{end}" for service in secrets.SERVICES for end in ("", ".dead")]

    assert {name for name in queues if re.search(policy["pattern"], name)} == {
        f"guichet.{service}.dead" for service in secrets.SERVICES
    }
    assert policy["definition"] == {"message-ttl": 30 * 24 * 3600 * 1000}
