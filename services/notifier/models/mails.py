"""Mails and their tries. Rules of N-03: sent once, retried for a time, then parked.

DUE → SENDING (claim) → SENT, DROPPED, PARKED, or DUE again after a delay; PARKED → DUE by an operator. Every change
takes the number of its try: a try that was taken for dead and answers late must not change the mail of another one.
"""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.storage.column_types import BigId, Id, Json, wire_enum
from services.notifier.errors.mails import ClaimLost, NotDue, NotParked
from services.notifier.models.base import Base

FIRST_DELAY_SECONDS = 1
LONGEST_DELAY_SECONDS = 900
LAST_MAIL = "account_erased"
"""Template of the mail that confirms an erasure to the holder."""
ERASED = "account_erased"
"""Reason of a mail that was dropped because of an erasure."""


class MailState(StrEnum):
    DUE = "DUE"
    SENDING = "SENDING"
    SENT = "SENT"
    DROPPED = "DROPPED"
    PARKED = "PARKED"


OUT_OR_ON_ITS_WAY = frozenset({MailState.DUE, MailState.SENDING, MailState.SENT})
"""States of a mail that has told its recipient, or soon will."""
ENDED = frozenset({MailState.SENT, MailState.DROPPED})
"""States that a mail never leaves."""
UNSETTLED = frozenset({MailState.DUE, MailState.SENDING, MailState.PARKED})
"""States of a mail that may still go out, a parked one by an operator's hand."""


class Destination(StrEnum):
    """Address of its recipient that a mail goes to."""

    LOGIN = "LOGIN"
    CONTACT = "CONTACT"
    STATED = "STATED"
    """Address that the event states: none of the account's any more."""


class TryOutcome(StrEnum):
    SENT = "SENT"
    FAILED = "FAILED"
    MOOT = "MOOT"
    INTERRUPTED = "INTERRUPTED"
    """End of the process before the mail was handed over: it is not out."""
    UNKNOWN = "UNKNOWN"
    """End of the process while the mail was handed over: it may be out."""


class Try(Base):
    """Try to send a mail; without an outcome while it is under way."""

    __tablename__ = "tries"
    __table_args__ = (UniqueConstraint("mail_id", "number"),)

    id: Mapped[Id]
    mail_id: Mapped[BigId] = mapped_column(ForeignKey("mails.id"))
    number: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[TryOutcome | None] = mapped_column(wire_enum(TryOutcome))
    answer: Mapped[str | None] = mapped_column(Text)
    """Answer of the mail server, or the reason for not asking it; never an address."""

    def end(self, outcome: TryOutcome, answer: str | None, at: datetime) -> None:
        self.outcome, self.answer, self.ended_at = outcome, answer, at


class Mail(Base):
    """Mail to one address of one account because of one event. The address is looked up when it is sent."""

    __tablename__ = "mails"
    # An event can be handled twice at once: this constraint lets one of its mails through.
    __table_args__ = (
        UniqueConstraint("event_id", "template", "account_id"),
        Index(None, "state", "due_at"),
        Index(None, "caused_by", "account_id", "owed_since"),
    )

    id: Mapped[Id]
    event_id: Mapped[uuid.UUID]
    """Id of the event or, for each further address that it is told to, an id made from it."""
    template: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[BigId] = mapped_column(index=True)
    context: Mapped[dict[str, Any]]
    """Values for the templates, from the event: no secret and no address. Emptied once the mail is settled, since other
    people's words in it are not ours to keep."""
    words_of: Mapped[dict[str, list[int]]] = mapped_column(Json, default=dict)
    """Fields of the context that people wrote, each with the accounts of its authors (A-15)."""
    address: Mapped[str | None] = mapped_column(String(254))
    """Address to write to, if it is none of the recipient's any more; emptied once the mail is settled."""
    destination: Mapped[Destination | None] = mapped_column(wire_enum(Destination))
    """Without one, an earlier version enqueued the mail: it goes to the first destination of its kind."""
    caused_by: Mapped[BigId | None]
    """Account that caused the mail to somebody else."""
    topic: Mapped[str | None] = mapped_column(String(120))
    """Subject matter of which that person causes one mail within a while, and no second."""
    correlation_id: Mapped[str] = mapped_column(String(64))
    state: Mapped[MailState] = mapped_column(wire_enum(MailState))
    owed_since: Mapped[datetime]
    due_at: Mapped[datetime]
    """Moment of the next try."""
    claimed_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    """Moment just before the mail server is given the message; from here on the mail may be out."""
    settled_at: Mapped[datetime | None] = mapped_column(index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    """Reason for which it was dropped or parked."""
    tries: Mapped[list[Try]] = relationship(order_by=Try.number, cascade="all, delete-orphan", lazy="selectin")

    @property
    def unique_name(self) -> str:
        """Left side of the Message-ID, equal for every try: a mail system that gets it twice can drop the second."""
        return uuid.uuid5(self.event_id, f"{self.template}/{self.account_id}").hex

    @property
    def number_of_tries(self) -> int:
        """Number of tries, the one under way included: also the number of that try."""
        return len(self.tries)

    def claim(self, at: datetime) -> None:
        """Start a try. Raises NotDue."""
        if self.state is not MailState.DUE:
            raise NotDue
        self.state, self.claimed_at, self.handed_over_at = MailState.SENDING, at, None
        self.tries.append(Try(number=self.number_of_tries + 1, started_at=at))

    def hand_over(self, number: int, at: datetime) -> None:
        """Note that the server is about to be given the message. Raises ClaimLost if try `number` must not go on."""
        if not self._is_claimed_by(number) or self.handed_over_at is not None:
            raise ClaimLost
        self.handed_over_at = at

    def mark_sent(self, number: int, answer: str, at: datetime) -> None:
        # No check of the claim: the server has taken the mail, so it is out, whichever try has the claim by now.
        self._try(number).end(TryOutcome.SENT, answer, at)
        self._settle(MailState.SENT, None, at)

    def drop(self, number: int, reason: str, at: datetime) -> None:
        """Settle a mail that has lost its purpose. Raises ClaimLost."""
        self._require_claim(number)
        self._try(number).end(TryOutcome.MOOT, reason, at)
        self._settle(MailState.DROPPED, reason, at)

    def retry_later(
        self,
        number: int,
        answer: str,
        at: datetime,
        *,
        keep_trying_for: timedelta,
        longest_delay_seconds: int = LONGEST_DELAY_SECONDS,
    ) -> None:
        """Make the mail due after a growing delay or, once it is owed for `keep_trying_for`, give it up (N-03).

        Raises ClaimLost.
        """
        self._require_claim(number)
        self._try(number).end(TryOutcome.FAILED, answer, at)
        if at - self.owed_since >= keep_trying_for:
            self._give_up(answer, at)
        else:
            self._make_due(at + delay_after(number, longest_delay_seconds))

    def park(self, number: int, answer: str, at: datetime) -> None:
        """Give up at once, after a refusal for good. Raises ClaimLost."""
        self._require_claim(number)
        self._try(number).end(TryOutcome.FAILED, answer, at)
        self._give_up(answer, at)

    def release(self, at: datetime) -> None:
        """Take the mail back from a try whose process is gone. Raises ClaimLost."""
        if self.state is not MailState.SENDING:
            raise ClaimLost
        outcome = TryOutcome.UNKNOWN if self.handed_over_at else TryOutcome.INTERRUPTED
        self._try(self.number_of_tries).end(outcome, None, at)
        self._make_due(at)

    def unpark(self, at: datetime) -> None:
        """Make a parked mail due, as if it were owed anew: an operator has put the cause right. Raises NotParked."""
        if self.state is not MailState.PARKED:
            raise NotParked
        self.owed_since, self.reason, self.settled_at = at, None, None
        self._make_due(at)

    def erase_author(self, account_id: int, at: datetime) -> None:
        """Empty the texts of an erased person; drop a mail to them unless it is being sent, or their last (A-15)."""
        emptied = {field: "" for field, accounts in self.words_of.items() if account_id in accounts}
        self.context = {**self.context, **emptied}
        # A mail in SENDING belongs to its try: the message may be at the server already.
        if self.account_id == account_id and self.state in (MailState.DUE, MailState.PARKED) and not self.is_last:
            self._settle(MailState.DROPPED, ERASED, at)

    @property
    def is_last(self) -> bool:
        """True for the mail that confirms an erasure: no other goes to an erased account."""
        return self.template == LAST_MAIL

    def _is_claimed_by(self, number: int) -> bool:
        return self.state is MailState.SENDING and self.number_of_tries == number

    def _require_claim(self, number: int) -> None:
        if not self._is_claimed_by(number):
            raise ClaimLost

    def _try(self, number: int) -> Try:
        return self.tries[number - 1]

    def _make_due(self, at: datetime) -> None:
        self.state, self.due_at, self.claimed_at, self.handed_over_at = MailState.DUE, at, None, None

    def _give_up(self, answer: str, at: datetime) -> None:
        # Parked for an operator, but for the last mail: the address of an erased account is not stored for later.
        self._settle(MailState.DROPPED if self.is_last else MailState.PARKED, answer, at)

    def _settle(self, state: MailState, reason: str | None, at: datetime) -> None:
        self.state, self.reason, self.settled_at = state, reason, at
        if state is not MailState.PARKED:
            self.context, self.words_of, self.address = {}, {}, None


def delay_after(tries: int, longest_seconds: int = LONGEST_DELAY_SECONDS) -> timedelta:
    """Return the pause before the next try: 1, 2, 4, 8 … seconds, up to `longest_seconds`.

    So a mail goes out soon after a hiccup, and a mail server that is down for long is asked gently.
    """
    # The number of doublings is bounded, since 2**tries grows without end while an outage lasts.
    doublings = min(tries - 1, longest_seconds.bit_length())
    return timedelta(seconds=min(FIRST_DELAY_SECONDS * 2**doublings, longest_seconds))
