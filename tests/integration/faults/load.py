"""People at work while something breaks: each plays the guide with a structure of their own, again and again."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

from embedded.run.fleet import SANDBOX_CAPTCHA
from tests.integration.deployment import Deployment
from tests.journeys.guide import Guide, Person, sirets
from tests.kit.waiting import until

MAIL_SECONDS = 300
JOURNEY_SECONDS = 400
PLAYERS = 4


@dataclass
class Player(Guide):
    """Two persons of the guide, who know which structure is theirs; what they get is judged by the audit."""

    seen: set[int] = field(default_factory=set)
    """The mails that they have read."""

    def play(self) -> None:
        self.sign_up(self.manager)
        self.sign_in(self.manager)
        if not self.siret:  # the sandbox directory has no more
            return
        self.create_structure()
        self.open_tic()
        self.sign_up(self.colleague)
        self.sign_in(self.colleague)
        self.request_attachment()
        self.approve_attachment()
        self.request_subscription()
        self.approve_subscription()

    def _await_mail(self, person: Person, subject: str) -> None:
        """One that had not come before; a sign-up whose answer was lost is made again, and brings two."""

        def new() -> list[int]:
            mails = self.mailbox.mails(person.email)
            return [mail["id"] for mail in mails if subject in mail["subject"] and mail["id"] not in self.seen]

        self.seen.update(until(new, within=self.mail_seconds, every=0.2))


class Load:
    """Journeys one after another in a few threads, until told to stop; one that has begun is played to its end."""

    def __init__(self, deployment: Deployment, structures: Iterator[str]) -> None:
        self._deployment = deployment
        self._structures = structures
        self._addresses = ip_network("10.0.0.0/8").hosts()
        self._choosing = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._play, name=f"player {n}") for n in range(PLAYERS)]
        self.journeys = 0
        self.faults: list[BaseException] = []

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def go_on_for(self, seconds: float) -> None:
        """Raises at once what made a journey fail."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.faults:
            self._stop.wait(0.1)
        self._raise()

    def finish(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(JOURNEY_SECONDS)
        assert not any(thread.is_alive() for thread in self._threads), "a journey does not come to its end"
        self._raise()

    def _raise(self) -> None:
        for fault in self.faults:
            raise AssertionError("a journey failed") from fault

    def _play(self) -> None:
        while not self._stop.is_set():
            with self._choosing:
                siret, address = next(self._structures, ""), next(self._addresses)
            player = Player(
                self._deployment.api_url,
                self._deployment.mailbox,
                SANDBOX_CAPTCHA,
                must_be_quick=False,
                mail_seconds=MAIL_SECONDS,
                client=str(address),
            )
            player.siret = siret
            try:
                player.play()
            except BaseException as fault:
                self.faults.append(fault)
                return
            self.journeys += 1


@contextmanager
def load(deployment: Deployment, structures: Iterator[str]) -> Iterator[Load]:
    running = Load(deployment, structures)
    running.start()
    try:
        yield running
    finally:
        running.finish()


def all_structures() -> Iterator[str]:
    """Each once: no two journeys want the same."""
    return sirets()
