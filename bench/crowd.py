"""Signing in while a crowd guesses passwords (A-08, A-11), against the same sign-in on an idle system."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from bench.measurement import Effort, Figure, in_turns

GUESSES_A_SECOND = 200
GUESSERS, GUESSED_AT = 40, 400
"""Client addresses, and login e-mails."""
SIGN_INS = 5
AIM_MS = 2000.0
LONGEST_SECONDS = 30


def measure(port: int, credentials: dict[str, str], effort: Effort) -> Iterator[Figure]:
    """Yield the median time of a sign-in at identity, which listens on `port`."""

    def in_a_crowd() -> float:
        with _guessing(port) as answers:
            while not answers[503]:
                time.sleep(0.05)
            return _median_ms(lambda: _sign_in(port, credentials))

    alone, crowded = in_turns(effort.rounds, lambda: _median_ms(lambda: _sign_in(port, credentials)), in_a_crowd)
    name = f"a sign-in while {GUESSES_A_SECOND} guesses a second come"
    yield Figure(name, "ms", alone, crowded, AIM_MS, more_is_better=False)


def _median_ms(sign_in: Callable[[], None]) -> float:
    times = []
    for _ in range(SIGN_INS):
        began = time.perf_counter()
        sign_in()
        times.append(1000 * (time.perf_counter() - began))
    return median(times)


def _sign_in(port: int, credentials: dict[str, str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_SECONDS)
    try:
        while _status(connection, credentials, "198.51.100.1") != 201:
            continue
    finally:
        connection.close()


@contextmanager
def _guessing(port: int) -> Iterator[Counter[int]]:
    """Answers of the crowd by their status, while it is there."""
    answers: Counter[int] = Counter()
    leaves = threading.Event()
    threads = [threading.Thread(target=_guess, args=(port, number, answers, leaves)) for number in range(GUESSERS)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        leaves.set()
        for thread in threads:
            thread.join()


def _guess(port: int, guesser: int, answers: Counter[int], leaves: threading.Event) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_SECONDS)
    number = guesser
    while not leaves.wait(GUESSERS / GUESSES_A_SECOND):
        guess = {"login_email": f"stranger{number % GUESSED_AT}@example.org", "password": "azertyuiop123"}
        try:
            answers[_status(connection, guess, f"203.0.113.{guesser}")] += 1
        except (http.client.HTTPException, OSError):
            connection.close()
        number += GUESSERS
    connection.close()


def _status(connection: http.client.HTTPConnection, body: dict[str, str], client: str) -> int:
    headers = {"Content-Type": "application/json", "X-Forwarded-For": client}
    connection.request("POST", "/sessions", json.dumps(body), headers)
    with connection.getresponse() as answer:
        answer.read()
        return answer.status
