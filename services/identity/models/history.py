"""History of an account: events that its holder, or an operator, may want to know."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.column_types import BigId, Id, wire_enum
from services.identity.models.base import Base

MOST_DEVICE = 200
COMMAND = "guichet identity"


class Happening(StrEnum):
    """Security event. Its value is stored and answered; the portal has a French sentence for each."""

    SIGNED_UP = "signed_up"
    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    ACTIVATION_MAIL_SENT_AGAIN = "activation_mail_sent_again"
    """Requested by an operator; a request of the holder, or of a stranger, is no security event."""
    ACTIVATION_MAIL_ASKED_BY_MANAGER = "activation_mail_asked_by_manager"
    """Requested by a manager of a structure that the holder is attached to."""
    LOOKED_AT = "looked_at"
    """Read by an operator."""
    ACCOUNTS_SEARCHED = "accounts_searched"
    """Searched for by this account, an operator's."""
    OPERATOR_ADDED = "operator_added"
    OPERATOR_REMOVED = "operator_removed"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_LOCKED = "sign_in_locked"
    """Locked for minutes, because of too many failures (A-11)."""
    SIGNED_OUT = "signed_out"
    RECOVERY_ASKED = "recovery_asked"
    RECOVERY_ANSWER_WRONG = "recovery_answer_wrong"
    RECOVERY_LINK_BURNT = "recovery_link_burnt"
    DETAILS_CHANGED = "details_changed"
    CONTACT_EMAIL_CHANGED = "contact_email_changed"
    CONTACT_EMAIL_ASKED = "contact_email_asked"
    """Asked to confirm itself, by a mail."""
    CONTACT_EMAIL_WITHDRAWN = "contact_email_withdrawn"
    CURRENT_PASSWORD_WRONG = "current_password_wrong"  # noqa: S105 (no password)
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (no password)
    SECRET_QUESTION_CHANGED = "secret_question_changed"  # noqa: S105 (no password)
    LOGIN_EMAIL_ASKED = "login_email_asked"
    LOGIN_EMAIL_WITHDRAWN = "login_email_withdrawn"
    LOGIN_EMAIL_CHANGED = "login_email_changed"
    PASSWORD_RECOVERED = "password_recovered"  # noqa: S105 (no password)
    SESSION_ENDED = "session_ended"
    """Ended by its holder, in another session."""
    OTHER_SESSIONS_ENDED = "other_sessions_ended"
    SESSION_ENDED_BY_REUSE = "session_ended_by_reuse"
    """Refresh token received twice: a stranger may have had it."""
    SESSION_ENDED_BY_GUESSES = "session_ended_by_guesses"
    """Current password given wrongly too often: a stranger may have the session."""
    SECOND_FACTOR_FAILED = "second_factor_failed"
    AUTHENTICATOR_APP_ADDED = "authenticator_app_added"
    AUTHENTICATOR_APP_REMOVED = "authenticator_app_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_SEEMS_COPIED = "passkey_seems_copied"
    """Count of uses that went back: another device may have the passkey too."""
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    SECOND_FACTORS_RESET = "second_factors_reset"
    ERASED = "erased"


@dataclass(frozen=True)
class Origin:
    """Address and device (User-Agent) of an action, and the tokens by which that device may be known (A-11)."""

    address: str
    device: str
    device_tokens: Sequence[str] = field(default=(), repr=False)


def by_command(name: str) -> Origin:
    """Return the origin of an operator's command in a shell: no request can claim to come from no address."""
    return Origin("", f"{COMMAND} {name}")


def by_service(name: str) -> Origin:
    """Return the origin of another service's request in a person's name: the person's own address is not passed on."""
    return Origin("", f"guichet {name}")


class HistoryEntry(Base):
    __tablename__ = "history"

    id: Mapped[Id]
    account_id: Mapped[BigId] = mapped_column(ForeignKey("accounts.id"), index=True)
    happened_at: Mapped[datetime] = mapped_column(index=True)
    what: Mapped[Happening] = mapped_column(wire_enum(Happening))
    address: Mapped[str] = mapped_column(String(45))
    device: Mapped[str] = mapped_column(String(MOST_DEVICE))
    done_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    """Account of the operator or manager, if it was not the holder."""

    @property
    def by_manager(self) -> bool:
        return self.what is Happening.ACTIVATION_MAIL_ASKED_BY_MANAGER

    @property
    def by_operator(self) -> bool:
        """Act of an operator: in the portal, or by command, without an account."""
        # Both conditions: any client can send this User-Agent.
        by_command = not self.address and self.device.startswith(COMMAND)
        return by_command or (self.done_by is not None and not self.by_manager)
