"""Secrets of a deployment: `python -m deploy.secrets FOLDER` makes those missing for deploy/docker-compose.yml.

Compose mounts the files as they are, and the containers read them as other users: the files are readable, and the
folder, which only its owner may enter, protects them.
"""

import base64
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from chassis.events.inbox import producers_of
from chassis.processes.registry import module_of
from services.identity.factors import encryption_at_rest
from services.identity.tokens import signing_keys

SERVICES = ("identity", "structures", "espaces", "notifier")
FOLLOWERS = ("structures", "espaces", "notifier")
VIRTUAL_HOST = "guichet"
DEFINITIONS = "rabbitmq-definitions.json"
DEAD_LETTERS_KEPT_DAYS = 30
"""Time to inspect dead letters. They may quote people, who have a right to erasure."""
ALL_RIGHTS = {"configure": ".*", "write": ".*", "read": ".*"}
FOR_THE_OPERATOR_TO_FILL = ("sirene-key", "smtp-password", "tls-certificate", "database-ca", "broker-ca")
"""Secrets issued by others: INSEE, the mail server's operator, authorities. Made empty, which counts as none."""
WRITTEN_AGAIN = (*FOR_THE_OPERATOR_TO_FILL, "identity-signing-keys")
"""Files written in place, by the operator or by `guichet identity keys rotate`."""


def makers() -> Mapping[str, Callable[[], str]]:
    """Return a maker for each secret but the broker's definitions, which contain others."""
    passwords = [
        "operator-database-password",
        "operator-broker-password",
        *(f"{service}-{what}-password" for service in SERVICES for what in ("database", "owner-database", "broker")),
        *(f"{service}-client-secret" for service in FOLLOWERS),
        "session-secret",
    ]
    return {
        **dict.fromkeys(passwords, lambda: secrets.token_urlsafe(32)),
        "identity-encryption-keys": encryption_at_rest.new_encryption_key,
        "identity-signing-keys": lambda: json.dumps({"keys": [signing_keys.new_signing_key()]}),
        **dict.fromkeys(FOR_THE_OPERATOR_TO_FILL, lambda: ""),
    }


def make(folder: Path) -> list[str]:
    """Make the missing secrets and return their names. The broker's definitions follow from its passwords each time."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / ".gitignore").write_text("*\n")
    made = [name for name, value in makers().items() if _keep(folder / name, value)]
    # Read back from the files: an operator may have replaced one, and the broker must know the same.
    passwords = {name: (folder / f"{name}-broker-password").read_text().strip() for name in (*SERVICES, "operator")}
    _replace(folder / DEFINITIONS, json.dumps(definitions(passwords), indent=2) + "\n")
    return made


def definitions(passwords: Mapping[str, str], virtual_host: str = VIRTUAL_HOST) -> dict[str, object]:
    """Return the broker's definitions at its start; queues are declared by the services that own them."""
    return {
        "vhosts": [{"name": virtual_host, "default_queue_type": "quorum"}],
        "users": [
            {
                "name": name,
                "password_hash": password_hash(password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": ["administrator"] if name == "operator" else [],
            }
            for name, password in passwords.items()
        ],
        "permissions": [
            {"user": name, "vhost": virtual_host, **(_rights(name) if name in SERVICES else ALL_RIGHTS)}
            for name in passwords
        ],
        "topic_permissions": [
            {
                "user": service,
                "vhost": virtual_host,
                "exchange": "guichet.events",
                "write": _topics({service}),
                "read": _topics(producers_of(module_of(service).SERVICE.handlers)),
            }
            for service in SERVICES
        ],
        "policies": [_dead_letters_end(virtual_host)],
        "exchanges": [
            _exchange("guichet.events", "topic", virtual_host),
            _exchange("guichet.dead", "direct", virtual_host),
        ],
    }


def _topics(producers: Collection[str]) -> str:
    """Return the pattern of these producers' events; without any, one of none."""
    return rf"^({'|'.join(sorted(producers))})\." if producers else "^$"


def _dead_letters_end(virtual_host: str) -> dict[str, object]:
    return {
        "vhost": virtual_host,
        "name": "dead letters end",
        "pattern": r"^guichet\..+\.dead$",
        "apply-to": "queues",
        "definition": {"message-ttl": DEAD_LETTERS_KEPT_DAYS * 24 * 3600 * 1000},
        "priority": 0,
    }


def password_hash(password: str) -> str:
    # RabbitMQ's rabbit_password_hashing_sha256: four bytes of salt, then the hash of salt and password.
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _rights(service: str) -> dict[str, str]:
    """Return a service's rights on its own queues and on the exchanges: to publish there and to bind its queues."""
    return {
        "configure": rf"^guichet\.{service}(\.dead|\.deployment)?$",
        "write": rf"^guichet\.(events|dead|{service}(\.dead)?)$",
        "read": rf"^guichet\.(events|dead|{service}(\.deployment)?)$",
    }


def _exchange(name: str, kind: str, virtual_host: str) -> dict[str, object]:
    return {
        "name": name,
        "vhost": virtual_host,
        "type": kind,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }


def _keep(path: Path, value: Callable[[], str]) -> bool:
    if path.exists():
        return False
    _replace(path, value())
    return True


def _replace(path: Path, text: str) -> None:
    """Write a file at once or not at all, since half a secret is worse than none."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text)
    new.chmod(0o644 if path.name in WRITTEN_AGAIN else 0o444)
    os.replace(new, path)


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit("Usage: python -m deploy.secrets FOLDER")
    folder = Path(arguments[0])
    made = make(folder)
    sys.stdout.write(f"{len(made)} secrets made in {folder}: {', '.join(made)}\n" if made else f"{folder}: complete\n")


if __name__ == "__main__":
    main(sys.argv[1:])
