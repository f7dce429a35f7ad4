"""Folders and ports of the embedded system. Loopback only."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
OFFSETS: Mapping[str, int] = {
    "gateway": 0,
    "mailbox": 25,
    "smtp": 26,
    "identity": 101,
    "structures": 102,
    "espaces": 103,
    "notifier": 104,
}
"""Distance of each port from the portal's."""


@dataclass(frozen=True)
class Layout:
    folder: Path
    port: int
    """Port of the portal, from which the others follow."""

    def port_of(self, name: str) -> int:
        return self.port + OFFSETS[name]

    def url_of(self, name: str) -> str:
        return f"http://{LOOPBACK}:{self.port_of(name)}"

    @property
    def portal_url(self) -> str:
        """Return the portal's address by name, since browsers keep no passkey for a numeric address."""
        return f"http://localhost:{self.port}"

    def database_url(self, service: str) -> str:
        return f"sqlite:///{self.folder}/{service}.db"

    def secret(self, name: str) -> Path:
        return self.folder / "secrets" / name

    def log(self, process: str) -> Path:
        return self.folder / "log" / f"{process.replace(' ', '-')}.log"

    @property
    def directory_index(self) -> Path:
        return self.folder / "directory.db"

    @property
    def mails(self) -> Path:
        return self.folder / "mail"

    @property
    def state(self) -> Path:
        """Return the file with addresses and process ids of the running system."""
        return self.folder / "running.json"

    def ports_in_use(self) -> list[tuple[str, int]]:
        return [(name, self.port_of(name)) for name in OFFSETS if not _is_free(self.port_of(name))]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
