"""Second factors as a whole: what an account has, what follows when one comes or goes, and their reset (A-14)."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.identity.models.accounts import Account
from services.identity.models.challenges import PasskeyChallenge, SecondStep
from services.identity.models.history import Happening, Origin
from services.identity.models.second_factors import AuthenticatorApp, Passkey, RecoveryCode, SecondFactorKind
from services.identity.queries import enrolled_factors
from services.identity.use_cases import history, locks, recovery_codes

KEPT_FOR_FACTORS = (AuthenticatorApp, RecoveryCode, Passkey, PasskeyChallenge, SecondStep)


def factor_added(session: Session, account_id: int, kind: SecondFactorKind, origin: Origin) -> list[str]:
    """Told and remembered; the recovery codes that come with the first."""
    record(session, "identity.second_factor_added.v1", {"account_id": account_id, "kind": kind})
    history.remember(session, account_id, Happening(f"{kind}_added"), origin)
    return recovery_codes.create_first(session, account_id)


def factor_removed(session: Session, account_id: int, kind: SecondFactorKind, origin: Origin) -> None:
    """Told and remembered; recovery codes go with the last."""
    record(session, "identity.second_factor_removed.v1", {"account_id": account_id, "kind": kind})
    history.remember(session, account_id, Happening(f"{kind}_removed"), origin)
    session.flush()
    if not enrolled_factors.of(session, account_id).exist:
        delete_all(session, account_id)


def renew_recovery_codes(session: Session, account_id: int, origin: Origin) -> list[str]:
    """The old codes are good for nothing any more. Raises NoSecondFactor."""
    locks.account(session, account_id)
    enrolled_factors.of(session, account_id).must_exist()
    record(session, "identity.recovery_codes_renewed.v1", {"account_id": account_id})
    history.remember(session, account_id, Happening.RECOVERY_CODES_RENEWED, origin)
    return recovery_codes.replace(session, account_id)


def reset(session: Session, account: Account, origin: Origin, *, done_by: int | None = None) -> None:
    """For an operator, whom the holder has asked for it. Raises NoSecondFactor."""
    locks.account(session, account.id)
    enrolled_factors.of(session, account.id).must_exist()
    delete_all(session, account.id)
    record(session, "identity.second_factors_reset.v1", {"account_id": account.id})
    history.remember(session, account.id, Happening.SECOND_FACTORS_RESET, origin, done_by=done_by)


def delete_all(session: Session, account_id: int) -> None:
    for table in KEPT_FOR_FACTORS:
        session.execute(delete(table).where(table.account_id == account_id))
