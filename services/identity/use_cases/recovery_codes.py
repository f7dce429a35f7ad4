"""Recovery codes: made with the first second factor, renewed, used (A-14)."""

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity import errors, opaque_tokens, recovery_codes
from services.identity.models import Happening, Origin, RecoveryCode
from services.identity.use_cases.history import remember


def first_recovery_codes(session: Session, account_id: int) -> list[str]:
    """None when the account has some, used or not: those stay as they are."""
    some = exists().where(RecoveryCode.account_id == account_id)
    return [] if session.scalar(select(some)) else new_recovery_codes(session, account_id)


def new_recovery_codes(session: Session, account_id: int) -> list[str]:
    """They replace all others of the account."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = recovery_codes.new_codes()
    hashes = [opaque_tokens.fingerprint(recovery_codes.normal(code)) for code in codes]
    session.add_all(RecoveryCode(account_id=account_id, code_hash=code_hash) for code_hash in hashes)
    return codes


def use_recovery_code(session: Session, account_id: int, code: str, origin: Origin) -> None:
    """Raises SecondFactorWrong."""
    code_hash = opaque_tokens.fingerprint(recovery_codes.normal(code))
    own = RecoveryCode.account_id == account_id, RecoveryCode.code_hash == code_hash
    found = session.scalar(select(RecoveryCode).where(*own))
    if found is None:
        raise errors.SecondFactorWrong
    found.use(now())
    session.flush()
    unused = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    left = session.scalars(select(func.count()).select_from(RecoveryCode).where(*unused)).one()
    record(session, "identity.recovery_code_used.v1", {"account_id": account_id, "left": left})
    remember(session, account_id, Happening.RECOVERY_CODE_USED, origin)
