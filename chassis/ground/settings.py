"""Settings: parsed and typed once, at start, so that a wrong one stops the process and not a request.

Every field `x` of a settings class is read from `GUICHET_X`, or from the file named by `GUICHET_X_FILE`. A missing,
unknown, malformed or weak setting is reported by its name and its remedy, all of them at once.
"""

import dataclasses
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar, get_type_hints, overload
from urllib.parse import urlsplit

from environs import EnvError, FileAwareEnv

PREFIX = "GUICHET_"
FILE_SUFFIX = "_FILE"
SECRET_MIN_LENGTH = 16
SHORTEST_RETENTION_DAYS = 7
"""Days that ids of received events are needed: a broker or a person may name one again."""
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

T = TypeVar("T")


class SettingsError(Exception):
    """Error of one or more unusable settings; the message has a line for each."""


@dataclass(frozen=True, repr=False)
class Secret:
    """Value that never shows itself in a log, a traceback or a repr."""

    value: str

    def reveal(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


@overload
def setting(*, help: str) -> Any: ...


@overload
def setting(*, help: str, default: T) -> T: ...


def setting(*, help: str, default: object = dataclasses.MISSING) -> object:
    """Declare a field of a settings class, required without a default; `help` is the remedy in an error message."""
    if isinstance(default, dict):  # dataclasses refuse a mutable default
        return dataclasses.field(default_factory=lambda: dict(default), metadata={"help": help}, kw_only=True)
    return dataclasses.field(default=default, metadata={"help": help}, kw_only=True)


@dataclass(frozen=True)
class WebSettings:
    """Settings of every HTTP process."""

    host: str = setting(default="127.0.0.1", help="address to listen on; 0.0.0.0 inside a container")
    port: int = setting(default=8000, help="TCP port to listen on")
    threads: int = setting(default=16, help="requests answered at the same time by this process")
    connections: int = setting(default=2048, help="connections that may be open at the same time")
    connections_per_address: int = setting(
        default=256, help="how many of them one address may have open; the one that has waited longest makes room"
    )
    head_seconds: float = setting(
        default=10.0, help="seconds until the head of a request has arrived, and that an idle connection stays open"
    )
    body_seconds: float = setting(
        default=20.0,
        help="seconds until the body of a request has arrived, and for a client to take 64 KiB of an answer",
    )
    drain_seconds: float = setting(
        default=0.0, help="seconds at SIGTERM that /ready says no before the process stops accepting, for a balancer"
    )
    log_level: str = setting(default="INFO", help="DEBUG, INFO, WARNING or ERROR")
    proxies: int = setting(
        default=1, help="how many proxies before this process tell the client's address in X-Forwarded-For"
    )

    def __post_init__(self) -> None:
        """Raise SettingsError for a value of the right type that cannot work."""
        if self.log_level not in LOG_LEVELS:
            raise SettingsError(f"{PREFIX}LOG_LEVEL: no such level. It is: {', '.join(LOG_LEVELS)}")
        if not 0 < self.port < 65536:
            raise SettingsError(f"{PREFIX}PORT: no such port. It is: a TCP port, 1 to 65535")
        if self.proxies < 0:
            raise SettingsError(f"{PREFIX}PROXIES: cannot be negative. It is: 0 where clients connect directly")


@dataclass(frozen=True)
class DatabaseSettings(WebSettings):
    """Settings of every process with a database of its own."""

    database_url: str = setting(help="SQLAlchemy URL of this service's own database")
    database_password: Secret | None = setting(default=None, help="password for that address, where it has none")
    database_ca_file: Path | None = setting(
        default=None,
        help="file of the authorities that may sign the database server's certificate; with it, nothing but TLS to a "
        "server of the right name will do",
    )
    broker_url: str | None = setting(
        default=None,
        help="the RabbitMQ that carries the events, such as amqp://espaces@rabbitmq/guichet; without it, workers "
        "follow each other's feed",
    )
    broker_password: Secret | None = setting(default=None, help="password for that address, where it has none")
    broker_ca_file: Path | None = setting(default=None, help="the same for the broker")
    bounds: dict[str, int] = setting(
        default={}, help="other numbers for what one account may do in a day or an hour: name=number,name=number"
    )
    inbox_retention_days: int = setting(
        default=90, help="how long ids of received events, and parked events, are kept, in days; 7 or more"
    )
    metrics_port: int | None = setting(
        default=None, help="TCP port on which the worker answers /live and /metrics; without it, on none"
    )

    def __post_init__(self) -> None:
        """Raise SettingsError for settings that contradict each other."""
        super().__post_init__()
        for name in ("database_ca_file", "broker_ca_file"):
            _must_be_readable(_variable(name), getattr(self, name))
        if self.inbox_retention_days < SHORTEST_RETENTION_DAYS:
            raise SettingsError("GUICHET_INBOX_RETENTION_DAYS: too few. It is: 7 or more, such as 90")
        if self.broker_url and self.broker_password is None and urlsplit(self.broker_url).password is None:
            raise SettingsError("GUICHET_BROKER_PASSWORD: missing. It is: the password of this service at the broker")


def is_real_address(portal_url: str) -> bool:
    """Return whether people reach the portal over HTTPS and from elsewhere: what it holds is then worth protecting."""
    address = urlsplit(portal_url)
    return address.scheme == "https" and not is_this_machine(address.hostname or "")


def is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def refuse_sandbox(portal_url: str, name: str, remedy: str) -> None:
    """Raise SettingsError for a setting that opens what must be closed where people have real accounts."""
    if is_real_address(portal_url):
        raise SettingsError(f"{PREFIX}{name}: for a sandbox alone, and the portal is at {portal_url}. {remedy}")


def _must_be_readable(variable: str, file: Path | None) -> None:
    if file and not os.access(file, os.R_OK):
        raise SettingsError(f"{variable}: cannot be read. It is: a file of certificates (PEM)")


def filled(file: Path | None) -> Path | None:
    """Return a file, unless it is empty: Compose mounts what is not there as an empty file."""
    return file if file and file.stat().st_size else None


def revealed(secret: Secret | None) -> str | None:
    return secret.reveal() if secret else None


@dataclass(frozen=True)
class ServiceSettings(DatabaseSettings):
    """Settings of a service that trusts identity's tokens and follows other services."""

    identity_url: str = setting(help="base address of the identity service, such as http://identity:8101")
    client_secret: Secret = setting(help="this service's own secret at the identity service, 16 characters or more")
    feeds: dict[str, str] = setting(
        default={}, help="base address of each service followed: name=http://…,name=http://…"
    )


def load(cls: type[T], environ: Iterable[str] | None = None) -> T:
    """Read the settings `cls` from the environment. Raises SettingsError with every fault."""
    types, values, faults = get_type_hints(cls), {}, _unknown(cls, environ if environ is not None else os.environ)
    env = FileAwareEnv(prefix=PREFIX, strip_whitespace=True)
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        try:
            values[field.name] = _read(env, types[field.name], field)
        except (EnvError, ValueError, TypeError) as error:
            faults.append(f"{_variable(field.name)}: {str(error).rstrip('.')}. It is: {field.metadata['help']}")
    if faults:
        raise SettingsError("\n".join(faults))
    return cls(**values)


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _unknown(cls: type[object], environ: Iterable[str]) -> list[str]:
    fields = dataclasses.fields(cls)  # type: ignore[arg-type]
    variables = {_variable(field.name) + suffix for field in fields for suffix in ("", FILE_SUFFIX)}
    return [
        f"{name}: no such setting. Remove it, or correct its name"
        for name in sorted(environ)
        if name.startswith(PREFIX) and name not in variables
    ]


def _read(env: FileAwareEnv, kind: object, field: "dataclasses.Field[object]") -> object:
    """Return the parsed value of a setting, or its default. An empty variable counts as none.

    Compose passes an unset variable on as an empty one.
    """
    name = field.name.upper()
    if env.str(name, "").strip():
        return _parser(env, kind)(name)
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    raise ValueError("missing")


def _parser(env: FileAwareEnv, kind: object) -> Callable[[str], object]:
    parsers: dict[object, Callable[[str], object]] = {
        str: env.str,
        int: env.int,
        float: env.float,
        bool: env.bool,
        Path: env.path,
        dict[str, str]: env.dict,
        dict[str, int]: partial(env.dict, subcast_values=int),
        Secret: lambda name: _secret(env, name),
        Secret | None: lambda name: _secret(env, name),
        str | None: env.str,
        int | None: env.int,
        Path | None: env.path,
    }
    return parsers[kind]


def _secret(env: FileAwareEnv, name: str) -> Secret:
    value = env.str(name)
    if len(value) < SECRET_MIN_LENGTH:
        raise ValueError(f"weak, under {SECRET_MIN_LENGTH} characters")
    return Secret(value)
