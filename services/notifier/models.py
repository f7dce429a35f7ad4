"""A mail and its tries. The rules of N-03 are here: once, retried for a time, then parked."""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from chassis.storage.database import BigId, Conventions, Id, new_metadata, wire_enum
from services.notifier.errors import ClaimLost, NotDue, NotParked

FIRST_DELAY_SECONDS = 1
LONGEST_DELAY_SECONDS = 900
LAST_MAIL = "account_erased"
"""The template of the mail that tells its holder that an account is erased."""
ERASED = "account_erased"
"""The reason of a mail that was dropped because its account is."""


class Base(Conventions, DeclarativeBase):
    metadata = new_metadata()


class MailState(StrEnum):
    DUE = "DUE"
    SENDING = "SENDING"
    SENT = "SENT"
    DROPPED = "DROPPED"
    PARKED = "PARKED"


UNSETTLED = frozenset({MailState.DUE, MailState.SENDING, MailState.PARKED})
"""It may still go out, a parked one by an operator's hand."""


class TryOutcome(StrEnum):
    SENT = "SENT"
    FAILED = "FAILED"
    MOOT = "MOOT"
    INTERRUPTED = "INTERRUPTED"
    """The process ended before the mail was handed over: it is not out."""
    UNKNOWN = "UNKNOWN"
    """The process ended while the mail was handed over: it may be out."""


class Recipient(Base):
    """A copy of what is needed to write to an account's holder, and to name them to others."""

    __tablename__ = "recipients"

    account_id: Mapped[BigId] = mapped_column(primary_key=True, autoincrement=False)
    login_email: Mapped[str] = mapped_column(String(254))
    contact_email: Mapped[str] = mapped_column(String(254))
    last_name: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(100))
    is_deactivated: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_erased: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def erase(self) -> None:
        """Only the number stays, and nothing that comes late brings the rest back (A-15)."""
        self.login_email = self.contact_email = self.last_name = self.first_name = ""
        self.is_erased = True


class Try(Base):
    """One attempt to send a mail; without an outcome while it is under way."""

    __tablename__ = "tries"
    __table_args__ = (UniqueConstraint("mail_id", "number"),)

    id: Mapped[Id]
    mail_id: Mapped[BigId] = mapped_column(ForeignKey("mails.id"))
    number: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[TryOutcome | None] = mapped_column(wire_enum(TryOutcome))
    answer: Mapped[str | None] = mapped_column(Text)
    """What the mail server said, or why it was not asked; never an address."""

    def end(self, outcome: TryOutcome, answer: str | None, at: datetime) -> None:
        self.outcome, self.answer, self.ended_at = outcome, answer, at


class Mail(Base):
    """A mail owed to one account because of one event. Whom to write to is looked up when it is sent."""

    __tablename__ = "mails"
    __table_args__ = (UniqueConstraint("event_id", "template", "account_id"), Index(None, "state", "due_at"))

    id: Mapped[Id]
    event_id: Mapped[uuid.UUID]
    template: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[BigId] = mapped_column(index=True)
    context: Mapped[dict[str, Any]]
    """What the templates say, as the event said it; no secret and no address. Empty once the mail is out, or never will
    be: whose words they were is not ours to keep."""
    words_of: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Fields of the context that people wrote, each with the accounts that they are of (A-15)."""
    address: Mapped[str | None] = mapped_column(String(254))
    """Where it goes, if that is none of the recipient's addresses any more; forgotten once it went."""
    correlation_id: Mapped[str] = mapped_column(String(64))
    state: Mapped[MailState] = mapped_column(wire_enum(MailState))
    owed_since: Mapped[datetime]
    due_at: Mapped[datetime]
    """When to try (again)."""
    claimed_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    """When the mail server was about to be given the message; from here on it may be out."""
    settled_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it was dropped or parked."""
    tries: Mapped[list[Try]] = relationship(order_by=Try.number, cascade="all, delete-orphan", lazy="selectin")

    @property
    def unique_name(self) -> str:
        """The same for every try, and unlike any other mail's: the left side of its Message-ID."""
        return uuid.uuid5(self.event_id, f"{self.template}/{self.account_id}").hex

    @property
    def number(self) -> int:
        """How many times it was tried, the try under way included."""
        return len(self.tries)

    def claim(self, at: datetime) -> None:
        if self.state is not MailState.DUE:
            raise NotDue
        self.state, self.claimed_at, self.handed_over_at = MailState.SENDING, at, None
        self.tries.append(Try(number=self.number + 1, started_at=at))

    def hand_over(self, number: int, at: datetime) -> None:
        """The last look before the server is given the message. Raises ClaimLost when try `number` must not go on."""
        if not self._is_claimed_by(number) or self.handed_over_at is not None:
            raise ClaimLost
        self.handed_over_at = at

    def was_sent(self, number: int, answer: str, at: datetime) -> None:
        """The server took it: true whoever holds the claim by now."""
        self._try(number).end(TryOutcome.SENT, answer, at)
        self._settle(MailState.SENT, None, at)

    def has_lost_its_reason(self, number: int, reason: str, at: datetime) -> None:
        self._require_claim(number)
        self._try(number).end(TryOutcome.MOOT, reason, at)
        self._settle(MailState.DROPPED, reason, at)

    def failed(
        self,
        number: int,
        answer: str,
        at: datetime,
        *,
        keep_trying_for: timedelta,
        longest_delay_seconds: int = LONGEST_DELAY_SECONDS,
    ) -> None:
        """N-03: tried again after a growing delay, until it has been owed for `keep_trying_for`."""
        self._require_claim(number)
        self._try(number).end(TryOutcome.FAILED, answer, at)
        if at - self.owed_since >= keep_trying_for:
            self._give_up(answer, at)
        else:
            self._make_due(at + delay_after(number, longest_delay_seconds))

    def was_refused_for_good(self, number: int, answer: str, at: datetime) -> None:
        self._require_claim(number)
        self._try(number).end(TryOutcome.FAILED, answer, at)
        self._give_up(answer, at)

    def release(self, at: datetime) -> None:
        """Takes the mail back from a try whose process is gone."""
        if self.state is not MailState.SENDING:
            raise ClaimLost
        outcome = TryOutcome.UNKNOWN if self.handed_over_at else TryOutcome.INTERRUPTED
        self._try(self.number).end(outcome, None, at)
        self._make_due(at)

    def send_again(self, at: datetime) -> None:
        """An operator's wish, once the cause is put right: it is owed as if anew."""
        if self.state is not MailState.PARKED:
            raise NotParked
        self.owed_since, self.reason, self.settled_at = at, None, None
        self._make_due(at)

    def forget(self, account_id: int, at: datetime) -> None:
        """A-15: what its holder wrote is emptied, and a mail to them that is not being sent now will not be sent."""
        emptied = {field: "" for field, accounts in self.words_of.items() if account_id in accounts}
        self.context = {**self.context, **emptied}
        if self.account_id == account_id and self.state in (MailState.DUE, MailState.PARKED) and not self.is_last:
            self._settle(MailState.DROPPED, ERASED, at)

    @property
    def is_last(self) -> bool:
        """The one that tells its holder that an account is erased: the only one that an erased account still gets."""
        return self.template == LAST_MAIL

    def _is_claimed_by(self, number: int) -> bool:
        return self.state is MailState.SENDING and self.number == number

    def _require_claim(self, number: int) -> None:
        if not self._is_claimed_by(number):
            raise ClaimLost

    def _try(self, number: int) -> Try:
        return self.tries[number - 1]

    def _make_due(self, at: datetime) -> None:
        self.state, self.due_at, self.claimed_at, self.handed_over_at = MailState.DUE, at, None, None

    def _give_up(self, answer: str, at: datetime) -> None:
        """Parked for an operator, but for the last mail: the address of an erased account is not kept for later."""
        self._settle(MailState.DROPPED if self.is_last else MailState.PARKED, answer, at)

    def _settle(self, state: MailState, reason: str | None, at: datetime) -> None:
        self.state, self.reason, self.settled_at = state, reason, at
        if state is not MailState.PARKED:
            self.context, self.words_of, self.address = {}, {}, None


def delay_after(tries: int, longest_seconds: int = LONGEST_DELAY_SECONDS) -> timedelta:
    """Return the pause before the next try: 1, 2, 4, 8 … seconds, up to `longest_seconds`.

    So a mail goes out soon after a hiccup, and a mail server that is down for long is asked gently.
    """
    doublings = min(tries - 1, longest_seconds.bit_length())
    return timedelta(seconds=min(FIRST_DELAY_SECONDS * 2**doublings, longest_seconds))
