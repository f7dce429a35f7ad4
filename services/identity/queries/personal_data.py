"""Personal data in identity, for the person to take away (A-15): all of them but hashes."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.identity.errors.accounts import AccountUnknown
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.activation_links import ActivationLink
from services.identity.models.contact_email_links import ContactEmailLink
from services.identity.models.history import HistoryEntry
from services.identity.models.known_devices import KnownDevice
from services.identity.models.login_email_links import LoginEmailLink
from services.identity.models.recovery_links import RecoveryLink
from services.identity.models.sessions import AccountSession
from services.identity.queries import enrolled_factors


def collect(session: Session, account_id: int) -> dict[str, object]:
    """Return all data, in the shape of schemas.personal_data.PersonalData. Raise AccountUnknown."""
    account = session.get(Account, account_id)
    if account is None or account.status is AccountStatus.ERASED:
        raise AccountUnknown
    done = _rows(session, HistoryEntry, HistoryEntry.done_by == account_id)
    return {
        "account": account,
        "sessions": _rows(session, AccountSession, AccountSession.account_id == account_id),
        "known_devices": _rows(session, KnownDevice, KnownDevice.account_id == account_id),
        "activation_links": _rows(session, ActivationLink, ActivationLink.account_id == account_id),
        "recovery_links": _rows(session, RecoveryLink, RecoveryLink.account_id == account_id),
        "login_email_links": _rows(session, LoginEmailLink, LoginEmailLink.account_id == account_id),
        "contact_email_links": _rows(session, ContactEmailLink, ContactEmailLink.account_id == account_id),
        "second_factors": enrolled_factors.of(session, account_id),
        "history": _rows(session, HistoryEntry, HistoryEntry.account_id == account_id),
        "done_as_operator": [entry for entry in done if not entry.by_manager],
        "done_as_manager": [entry for entry in done if entry.by_manager],
    }


def _rows(session: Session, model: Any, *conditions: ColumnElement[bool]) -> list[Any]:
    return list(session.scalars(select(model).where(*conditions).order_by(model.id)))
