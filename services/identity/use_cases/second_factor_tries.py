"""Tries of second factors: counted by method, and for known devices and sessions apart (A-11, A-14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.errors.second_factors import TooManyWrongSecondFactors
from services.identity.models.history import Happening, Origin
from services.identity.models.known_devices import KnownDevice
from services.identity.models.tries import SECOND_FACTORS, SECOND_FACTORS_A_DAY, Tries
from services.identity.queries import known_device
from services.identity.use_cases import history, tries
from services.identity.use_cases.account_holder import Holder

SecondFactorAnswer = Mapping[str, Any]
"""Answer of a person: a `code`, a `recovery_code` or a `passkey`; the others are missing or None."""
CODE, RECOVERY_CODE, PASSKEY = METHODS = ("code", "recovery_code", "passkey")
LIMITS = (SECOND_FACTORS, SECOND_FACTORS_A_DAY)


@dataclass(frozen=True)
class FactorTries:
    """Tries that the next answer counts towards, locked until the end of the transaction."""

    account_id: int
    method: str
    origin: Origin
    counted: Sequence[Tries]

    def must_be_free(self) -> None:
        """Raise TooManyWrongSecondFactors while too many wrong answers keep this method locked.

        Recovery codes and passkeys never are: nobody guesses them, and who guesses codes must not take from the
        holder what is left to them.
        """
        at = now()
        if self.method == CODE and self._is_locked(at):
            raise TooManyWrongSecondFactors(max(row.locked_until or at for row in self.counted) - at)

    def fail(self, session: Session) -> None:
        """Count a wrong answer; the holder is told of too many, since whoever gave them knows the password."""
        at = now()
        if self._is_locked(at):
            for row in self.counted:
                row.ignore()
            return
        history.remember(session, self.account_id, Happening.SECOND_FACTOR_FAILED, self.origin)
        locked = [row.fail(at, limit) for row, limit in zip(self.counted, LIMITS, strict=True)]
        if any(locked):
            record(session, "identity.second_factor_guessed_at.v1", {"account_id": self.account_id})

    def succeed(self) -> None:
        """Clear the tries of late; those of the day stay, or the holder's own sign-ins would give a guesser more."""
        self.counted[0].forgive()

    def _is_locked(self, at: datetime) -> bool:
        return any(row.is_locked(at) for row in self.counted)


def of_stranger(session: Session, account_id: int, answer: SecondFactorAnswer, origin: Origin) -> FactorTries:
    """Return the tries of who knows the password: those of the device if it is known, else of all strangers together.

    To be called before the transaction locks the account, like every use of tries: one lock order for all.
    """
    device = known_device.of(session, KnownDevice.account_id == account_id, origin.device_tokens)
    return _locked(session, f"device {device.token_hash}" if device else str(account_id), account_id, answer, origin)


def of_holder(session: Session, holder: Holder, answer: SecondFactorAnswer, origin: Origin) -> FactorTries:
    """Return the tries of a session, counted for it alone. To be called before the account is locked, too."""
    return _locked(session, f"session {holder.account_id}.{holder.session_id}", holder.account_id, answer, origin)


def _locked(session: Session, who: str, account_id: int, answer: SecondFactorAnswer, origin: Origin) -> FactorTries:
    method = next((method for method in METHODS if answer.get(method)), CODE)
    keys = [f"{limit.what}:{method}:{who}" for limit in LIMITS]
    return FactorTries(account_id, method, origin, tries.locked(session, *keys))
