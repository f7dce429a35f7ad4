"""Second factors as a whole: consequences of an added or removed factor, and their reset (A-14)."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.identity.models.accounts import Account
from services.identity.models.challenges import PasskeyChallenge, SecondStep
from services.identity.models.history import Happening, Origin
from services.identity.models.second_factors import AuthenticatorApp, Passkey, RecoveryCode, SecondFactorKind
from services.identity.queries import enrolled_factors
from services.identity.use_cases import account_events, history, locks, recovery_codes

TABLES = (AuthenticatorApp, RecoveryCode, Passkey, PasskeyChallenge, SecondStep)


def factor_added(
    session: Session, account_id: int, kind: SecondFactorKind, origin: Origin, *, label: str | None = None
) -> list[str]:
    """Record an added factor. Return the recovery codes that come with the first one. `label`: its name, if any."""
    record(session, "identity.second_factor_added.v1", _facts(account_id, kind, label, origin))
    history.remember(session, account_id, Happening(f"{kind}_added"), origin)
    return recovery_codes.create_first(session, account_id)


def factor_removed(
    session: Session, account_id: int, kind: SecondFactorKind, origin: Origin, *, label: str | None = None
) -> None:
    """Record a removed factor. The recovery codes go with the last one. `label`: its name, if any."""
    record(session, "identity.second_factor_removed.v1", _facts(account_id, kind, label, origin))
    history.remember(session, account_id, Happening(f"{kind}_removed"), origin)
    session.flush()
    if not enrolled_factors.of(session, account_id).exist:
        # Second steps that wait go too: without a factor, they could not be completed.
        delete_all(session, account_id)


def renew_recovery_codes(session: Session, account_id: int, origin: Origin) -> list[str]:
    """Return new recovery codes, in place of the old ones. Raise NoSecondFactor."""
    locks.account(session, account_id)
    enrolled_factors.of(session, account_id).must_exist()
    record(session, "identity.recovery_codes_renewed.v1", account_events.safety_facts(account_id, origin))
    history.remember(session, account_id, Happening.RECOVERY_CODES_RENEWED, origin)
    return recovery_codes.replace(session, account_id)


def reset(session: Session, account: Account, origin: Origin, *, done_by: int | None = None) -> None:
    """Remove all second factors, by an operator at the holder's request. Raise NoSecondFactor."""
    locks.account(session, account.id)
    enrolled_factors.of(session, account.id).must_exist()
    delete_all(session, account.id)
    record(session, "identity.second_factors_reset.v1", {"account_id": account.id})
    history.remember(session, account.id, Happening.SECOND_FACTORS_RESET, origin, done_by=done_by)


def _facts(account_id: int, kind: SecondFactorKind, label: str | None, origin: Origin) -> dict[str, object]:
    facts = {**account_events.safety_facts(account_id, origin), "kind": kind}
    return {**facts, "label": label} if label else facts


def delete_all(session: Session, account_id: int) -> None:
    for table in TABLES:
        session.execute(delete(table).where(table.account_id == account_id))
