"""Processes of the embedded system: command, settings and address of readiness of each."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from embedded.run.layout import Layout

GUICHET = (sys.executable, "-m", "chassis")
SANDBOX_CAPTCHA = "XTTX8"
"""Answer of every captcha of the embedded system, so that `make journey` can solve it."""
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "structures": ("identity",),
    "espaces": ("identity", "structures"),
    "notifier": ("identity", "structures", "espaces"),
}


@dataclass(frozen=True)
class Process:
    name: str
    command: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings without their prefix GUICHET_."""
    ready: str | None = None
    """Address that answers 200 once the process is ready."""

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        return {**without_settings(inherited), **{f"GUICHET_{name}": value for name, value in self.settings.items()}}


def without_settings(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without another system's GUICHET_ settings.

    Python may write bytecode, since most of a start is importing.
    """
    left_out = "PYTHONDONTWRITEBYTECODE"
    return {key: value for key, value in inherited.items() if not key.startswith("GUICHET_") and key != left_out}


def fleet(layout: Layout) -> list[Process]:
    services = {
        "identity": {
            "DATABASE_URL": layout.database_url("identity"),
            "SIGNING_KEYS_FILE": str(layout.secret("signing-keys")),
            "ENCRYPTION_KEYS_FILE": str(layout.secret("encryption-keys")),
            "PORTAL_URL": layout.portal_url,
            **{f"CLIENT_SECRET_{name.upper()}_FILE": str(layout.secret(name)) for name in FOLLOWS},
            "CAPTCHA_SANDBOX_ANSWER": SANDBOX_CAPTCHA,
        },
        "structures": {
            **_of_follower(layout, "structures"),
            "DIRECTORY": "stock",
            "DIRECTORY_INDEX": str(layout.directory_index),
        },
        "espaces": _of_follower(layout, "espaces"),
        "notifier": {
            **_of_follower(layout, "notifier"),
            "PORTAL_URL": layout.portal_url,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(layout.port_of("smtp")),
            "SMTP_STARTTLS": "false",
            "SMTP_SENDER": "Guichet <ne-pas-repondre@guichet.example>",
            # Short, so that a mail whose handing over was cut by a crash goes out again within seconds.
            "SMTP_SECONDS": "5",
            "SMTP_ANSWER_SECONDS": "5",
        },
    }
    return [
        _mail_sink(layout),
        *(process for name, settings in services.items() for process in _api_and_worker(layout, name, settings)),
        _gateway(layout),
    ]


def _of_follower(layout: Layout, name: str) -> dict[str, str]:
    return {
        "DATABASE_URL": layout.database_url(name),
        "IDENTITY_URL": layout.url_of("identity"),
        "CLIENT_SECRET_FILE": str(layout.secret(name)),
        "FEEDS": ",".join(f"{producer}={layout.url_of(producer)}" for producer in FOLLOWS[name]),
    }


def _api_and_worker(layout: Layout, name: str, settings: Mapping[str, str]) -> tuple[Process, Process]:
    with_port = {**settings, "PORT": str(layout.port_of(name))}
    api = Process(f"{name} api", (*GUICHET, "api", name), with_port, f"{layout.url_of(name)}/ready")
    return api, Process(f"{name} worker", (*GUICHET, "worker", name), with_port)


def _gateway(layout: Layout) -> Process:
    settings = {
        "PORT": str(layout.port_of("gateway")),
        "PORTAL_URL": layout.portal_url,
        "SESSION_SECRET_FILE": str(layout.secret("session")),
        "SECURE_COOKIES": "false",
        **{f"{name.upper()}_URL": layout.url_of(name) for name in ("identity", *FOLLOWS)},
    }
    return Process("gateway", (*GUICHET, "api", "gateway"), settings, f"{layout.url_of('gateway')}/live")


def _mail_sink(layout: Layout) -> Process:
    ports = ("--smtp-port", str(layout.port_of("smtp")), "--web-port", str(layout.port_of("mailbox")))
    command = (sys.executable, "-m", "embedded.mailsink", *ports, "--folder", str(layout.mails))
    return Process("mail sink", command, ready=layout.url_of("mailbox"))
