"""A crowd guesses passwords while a person signs in with the right one, on the whole system.

How long that takes is measured in bench/sign_ins.py; here it is who gets in, and who is turned away.
"""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from embedded.run.fleet import SANDBOX_CAPTCHA
from gateway.clients.connection_pool import ConnectionFailed, ConnectionPool, PoolLimits
from tests.journeys.api import Mailbox
from tests.journeys.guide import Guide
from tests.kit.waiting import until
from tests.system import System

pytestmark = pytest.mark.system

GUESSERS, GUESSED_AT = 40, 400
"""Client addresses, and login e-mails: so many that neither is locked at once, and all are while the crowd is there."""
A_CROWD = 200
"""So many were turned away before the person comes."""
SIGN_INS = 5
LOOKED_AT, TURNED_AWAY = 401, 503


class Crowd:
    """Each guesser waits for an answer before the next guess. ConnectionPool over a connection that stays open."""

    def __init__(self, url: str) -> None:
        self._connections = ConnectionPool(url, PoolLimits(connect_seconds=30, answer_seconds=30, at_once=GUESSERS))
        self._numbers = itertools.count()
        self.answers: Counter[int] = Counter()
        self.leaves = False

    def guess(self) -> None:
        """Guess again and again, until the crowd leaves."""
        while not self.leaves:
            self.answers[self._try(next(self._numbers))] += 1

    def _try(self, number: int) -> int:
        """Return the status; 0 when a connection that stayed open was closed in the same instant."""
        body = {"login_email": f"personne{number % GUESSED_AT}@exemple.fr", "password": "azertyuiop123"}
        headers = {"Content-Type": "application/json", "X-Forwarded-For": f"203.0.113.{number % GUESSERS}"}
        with suppress(ConnectionFailed):  # the connection was kept, and closed in this instant
            return self._connections.exchange("POST", "/sessions", headers, json.dumps(body).encode()).status
        return 0


@contextmanager
def a_crowd(url: str) -> Iterator[Crowd]:
    crowd = Crowd(url)
    with ThreadPoolExecutor(GUESSERS) as pool:
        guessers: list[Future[None]] = [pool.submit(crowd.guess) for _ in range(GUESSERS)]
        try:
            yield crowd
        finally:
            crowd.leaves = True
    for guesser in guessers:
        guesser.result()


def test_a_crowd_of_guessers_is_turned_away_and_keeps_nobody_from_signing_in(system: System) -> None:
    guide = Guide(system.api_url, Mailbox(system.mailbox_url), SANDBOX_CAPTCHA)
    guide.sign_up(guide.manager)
    with a_crowd(system.layout.url_of("identity")) as crowd:
        until(lambda: crowd.answers[TURNED_AWAY] > A_CROWD, within=60)
        before = crowd.answers.copy()

        for _ in range(SIGN_INS):
            guide.sign_in(guide.manager)

        meanwhile = crowd.answers - before

    assert meanwhile[TURNED_AWAY] > meanwhile[LOOKED_AT]
    assert set(crowd.answers) - {0} == {LOOKED_AT, TURNED_AWAY}
