"""Part 5: signing in, against the hashing at its core; the memory that it takes; and in a crowd."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from argon2 import PasswordHasher
from services.identity.settings import Settings

from bench import crowd, load, rows
from bench.containers import Postgres
from bench.measurement import Effort, Figure, in_turns
from bench.servers import running

PASSWORD = "quatre mots choisis au hasard"  # noqa: S105  # of made-up people, for the time of this bench
AIM = 0.80
DEFAULTS = Settings
"""Hashing parameters and concurrency are identity's defaults."""


def measure(postgres: Postgres, effort: Effort) -> Iterator[Figure]:
    hasher = PasswordHasher(DEFAULTS.argon2_time_cost, DEFAULTS.argon2_memory_kib, DEFAULTS.argon2_parallelism)
    stored = hasher.hash(PASSWORD)
    with running(postgres) as servers:
        rows.fill(postgres.dsn("identity"), "identity", rows.PEOPLE)
        _set_password_hashes(stored, postgres.dsn("identity"))
        resting, port = _peak_mib(servers.pids["identity"]), servers.ports["identity"]
        requests = [load.request("POST", "/sessions", body=_credentials(n)) for n in range(1, rows.PEOPLE + 1)]
        floor, ours = in_turns(
            effort.rounds,
            lambda: _hashes_per_second(lambda: hasher.verify(stored, PASSWORD), effort.seconds),
            lambda: load.put(port, requests, effort.seconds).per_second,
        )
        yield Figure("sign-ins with the right password", "a second", floor, ours, AIM)
        bound = resting + DEFAULTS.hashing_at_once * DEFAULTS.argon2_memory_kib / 1024
        yield Figure(
            f"memory while {load.CONNECTIONS} sign in at once, at its highest",
            "MiB",
            [bound],
            [_peak_mib(servers.pids["identity"])],
            more_is_better=False,
        )
        yield from crowd.measure(port, _credentials(1), effort)


def _set_password_hashes(password_hash: str, dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(b"UPDATE accounts SET password_hash = %s", (password_hash,))
        connection.execute(b"TRUNCATE sessions")  # those to come take the same numbers


def _credentials(number: int) -> dict[str, str]:
    return {"login_email": f"person{number}@example.org", "password": PASSWORD}


def _hashes_per_second(hash_one: Callable[[], object], seconds: float) -> float:
    """Return the hashes per second, with identity's concurrency."""
    began = time.perf_counter()

    def work(_: int) -> int:
        done = 0
        while time.perf_counter() < began + seconds:
            hash_one()
            done += 1
        return done

    with ThreadPoolExecutor(DEFAULTS.hashing_at_once) as pool:
        done = sum(pool.map(work, range(DEFAULTS.hashing_at_once)))
    return done / (time.perf_counter() - began)


def _peak_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
