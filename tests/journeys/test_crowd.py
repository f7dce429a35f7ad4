"""A crowd guesses passwords while one person signs in with the right one, on the whole system."""

import itertools
import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from statistics import median

import pytest

from embedded.run.fleet import SANDBOX_CAPTCHA
from gateway.clients.connection_pool import ConnectionFailed, ConnectionPool, PoolLimits
from tests.journeys.api import Mailbox
from tests.journeys.guide import Guide, Person
from tests.kit.waiting import until
from tests.system import System

pytestmark = pytest.mark.system

GUESSES_A_SECOND = 200
GUESSERS, GUESSED_AT = 40, 400
"""Client addresses, and login e-mails: so many that neither is locked at once, and all are while the crowd is there."""
NOBODY = 0
"""Instead of a status: there was no answer."""
LONGEST_SECONDS = 2.0
"""The median of SIGN_INS: a machine that many share stands still now and then."""
SIGN_INS = 5


class Crowd:
    """Asks at its pace, or as fast as it is answered where a machine is not up to that: each guesser waits for an
    answer before the next guess. ConnectionPool stay open: asking is to take little from the machine that is asked."""

    def __init__(self, url: str, pool: ThreadPoolExecutor) -> None:
        self._connections = ConnectionPool(url, PoolLimits(connect_seconds=30, answer_seconds=30, connections=GUESSERS))
        self._pool = pool
        self._numbers = itertools.count()
        self._begun_at = time.perf_counter()
        self._asked: list[Future[int]] = []
        self.leaves = False

    def guess(self) -> None:
        """Until it leaves."""
        while not self.leaves:
            due = int((time.perf_counter() - self._begun_at) * GUESSES_A_SECOND)
            while len(self._asked) < due:
                self._asked.append(self._pool.submit(self._try, next(self._numbers)))
            time.sleep(1 / GUESSES_A_SECOND)

    def answers(self) -> Counter[int]:
        """How many had which status, so far."""
        return Counter(future.result() for future in self._asked if future.done())

    def answered_a_second(self) -> float:
        return self.answers().total() / (time.perf_counter() - self._begun_at)

    def _try(self, number: int) -> int:
        body = {"login_email": f"personne{number % GUESSED_AT}@exemple.fr", "password": "azertyuiop123"}
        headers = {"Content-Type": "application/json", "X-Forwarded-For": f"203.0.113.{number % GUESSERS}"}
        for _ in range(2):
            with suppress(ConnectionFailed):  # the connection was kept, and closed in this instant
                return self._connections.exchange("POST", "/sessions", headers, json.dumps(body).encode()).status
        return NOBODY


@contextmanager
def a_crowd(url: str) -> Iterator[Crowd]:
    with ThreadPoolExecutor(GUESSERS) as pool, ThreadPoolExecutor(1) as pace:
        crowd = Crowd(url, pool)
        guessing = pace.submit(crowd.guess)
        try:
            yield crowd
        finally:
            crowd.leaves = True
            wait([guessing])
            pool.shutdown(cancel_futures=True)


def seconds_to_sign_in(guide: Guide, person: Person) -> float:
    begun_at = time.perf_counter()
    guide.sign_in(person)
    return time.perf_counter() - begun_at


def test_two_hundred_guesses_a_second_keep_nobody_from_signing_in(system: System) -> None:
    guide = Guide(system.api_url, Mailbox(system.mailbox_url), SANDBOX_CAPTCHA)
    guide.sign_up(guide.manager)
    with a_crowd(system.layout.url_of("identity")) as crowd:
        until(lambda: crowd.answers()[503] > GUESSES_A_SECOND, within=30)

        took = [seconds_to_sign_in(guide, guide.manager) for _ in range(SIGN_INS)]

        assert median(took) < LONGEST_SECONDS, took
        assert set(crowd.answers()) <= {401, 503}
        assert crowd.answered_a_second() > GUESSES_A_SECOND / 4
