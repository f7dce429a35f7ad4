"""Challenges that wait for one answer: second steps of a sign-in, and challenges for passkeys to sign (A-14)."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.database import BigId, BigInt, Id, wire_enum
from services.identity.models.base import Base

CHALLENGE_VALIDITY = timedelta(minutes=5)
MOST_ANSWERS = 5


class SecondStep(Base):
    """Sign-in after the right password. The right answer deletes its row; MOST_ANSWERS wrong ones make it useless."""

    __tablename__ = "second_steps"

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"), index=True)
    # Only the fingerprint: a copy of the database completes no sign-in.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)

    def is_open(self, at: datetime) -> bool:
        return at < self.expires_at and self.tries < MOST_ANSWERS

    def was_answered_wrongly(self) -> None:
        self.tries += 1


class PasskeyPurpose(StrEnum):
    REGISTER = "register"
    SECOND_STEP = "second_step"
    SIGN_IN = "sign_in"


class PasskeyChallenge(Base):
    """Challenge for a passkey to sign. It is good for one answer: the first, right or wrong, deletes its row."""

    __tablename__ = "passkey_challenges"

    challenge: Mapped[bytes] = mapped_column(LargeBinary(64), primary_key=True)
    purpose: Mapped[PasskeyPurpose] = mapped_column(wire_enum(PasskeyPurpose))
    account_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("accounts.id"), index=True)
    """Holder of the requested passkey; None where only the answer tells the holder."""
    expires_at: Mapped[datetime] = mapped_column(index=True)

    def is_for(self, purpose: PasskeyPurpose, account_id: int, at: datetime) -> bool:
        # Options differ by purpose: only a passkey that signs in alone must have verified its user.
        return self.purpose is purpose and self.account_id in (None, account_id) and at < self.expires_at
