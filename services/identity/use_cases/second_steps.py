"""The second step of signing in, and signing in with a passkey alone (A-14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from chassis.ground.problems import Refusal
from services.identity import errors, opaque_tokens
from services.identity.models import (
    CHALLENGE_VALIDITY,
    Account,
    AccountStatus,
    Happening,
    HistoryEntry,
    Origin,
    Passkey,
    PasskeyPurpose,
    SecondStep,
    SessionValidity,
)
from services.identity.relying_party import NotVerified, RelyingParty, passkey_in
from services.identity.use_cases.authenticator_apps import use_authenticator_app
from services.identity.use_cases.history import remember
from services.identity.use_cases.passkeys import known, new_challenge, use_passkey
from services.identity.use_cases.recovery_codes import use_recovery_code
from services.identity.use_cases.second_factors import second_factors
from services.identity.use_cases.sessions import OpenSession, open_session
from services.identity.use_cases.shared import locked_account
from services.identity.verifiers import Verifiers

MOST_FAILURES = 10
FAILURES_COUNT_FOR = timedelta(minutes=15)
"""Who guesses codes knows the password and can begin again and again: after so many, nothing is taken for a while."""


@dataclass(frozen=True, repr=False)
class SecondStepNeeded:
    challenge: str
    expires_at: datetime
    methods: list[str]


def begin_second_step(session: Session, account_id: int) -> SecondStepNeeded | None:
    """For a person whose password was right; None for an account without second factors."""
    methods, at = second_factors(session, account_id).methods, now()
    if not methods:
        return None
    session.execute(delete(SecondStep).where(SecondStep.account_id == account_id, SecondStep.expires_at <= at))
    needed = SecondStepNeeded(opaque_tokens.new_token(), at + CHALLENGE_VALIDITY, methods)
    token_hash = opaque_tokens.fingerprint(needed.challenge)
    session.add(SecondStep(account_id=account_id, token_hash=token_hash, expires_at=needed.expires_at, tries=0))
    return needed


def ask_for_passkey(session: Session, challenge: str, party: RelyingParty) -> dict[str, Any]:
    """What the browser is to be asked as second step. Raises SecondStepEnded."""
    step = _open_step(session, challenge)
    passkeys = second_factors(session, step.account_id).passkeys
    asked = new_challenge(session, PasskeyPurpose.SECOND_STEP, step.account_id)
    return party.to_sign_in(asked, known(passkeys))


def take_second_step(
    session: Session,
    challenge: str,
    shown: Mapping[str, Any],
    verifiers: Verifiers,
    origin: Origin,
    validity: SessionValidity,
) -> OpenSession | Refusal:
    """`shown`: a `code`, a `recovery_code` or a `passkey`. Refusals are returned, for what a wrong answer costs must be
    committed: a try, and the question that a passkey answered."""
    owner = select(SecondStep.account_id).where(SecondStep.token_hash == opaque_tokens.fingerprint(challenge))
    account = locked_account(session, Account.id.in_(owner))
    if account is None:
        return errors.SecondStepEnded()
    try:
        step = _open_step(session, challenge)
        _must_not_have_failed_too_often(session, account.id)
    except (errors.SecondStepEnded, errors.TooManyWrongSecondFactors) as refusal:
        return refusal
    try:
        _check(session, account.id, shown, verifiers, origin)
    except (errors.SecondFactorWrong, errors.PasskeySeemsCopied) as refusal:
        _count(session, step, origin)
        return refusal
    session.delete(step)
    return open_session(session, account.id, origin, validity)


def sign_in_with_passkey(
    session: Session, credential: Mapping[str, Any], party: RelyingParty, origin: Origin, validity: SessionValidity
) -> OpenSession | Refusal:
    """The passkey alone tells whose account it is, and that they hold it. Refusals are returned, for the question that
    it answered must be gone, and committed."""
    try:
        credential_id, holder = passkey_in(credential)
        account = locked_account(session, Account.id.in_(_owner_of(credential_id)))
        if account is None or account.status is not AccountStatus.ACTIVE or holder is None:
            raise NotVerified
        use_passkey(session, account.id, credential, PasskeyPurpose.SIGN_IN, party, origin)
    except NotVerified:
        return errors.PasskeyRefused()
    except errors.PasskeySeemsCopied as refusal:
        return refusal
    return open_session(session, account.id, origin, validity)


def prove_second_factor(
    session: Session, account_id: int, shown: Mapping[str, Any], verifiers: Verifiers, origin: Origin
) -> Refusal | None:
    """For somebody who is signed in, and about to do what cannot be undone: a `code` or a `recovery_code`. None when it
    is right, or the account has no second factor. A refusal is returned, for a wrong answer counts, and must be
    committed."""
    if not second_factors(session, account_id).methods:
        return None
    if not any(shown.values()):
        return errors.SecondFactorNeeded(field="code")
    try:
        _must_not_have_failed_too_often(session, account_id)
        _check(session, account_id, shown, verifiers, origin)
    except errors.TooManyWrongSecondFactors as refusal:
        return refusal
    except errors.SecondFactorWrong as refusal:
        _count_failure(session, account_id, origin)
        return refusal
    return None


def _check(session: Session, account_id: int, shown: Mapping[str, Any], verifiers: Verifiers, origin: Origin) -> None:
    """Raises SecondFactorWrong or PasskeySeemsCopied."""
    if shown.get("code"):
        use_authenticator_app(session, account_id, shown["code"], verifiers.sealer)
    elif shown.get("recovery_code"):
        use_recovery_code(session, account_id, shown["recovery_code"], origin)
    else:
        try:
            use_passkey(session, account_id, shown["passkey"], PasskeyPurpose.SECOND_STEP, verifiers.party, origin)
        except NotVerified as error:
            raise errors.SecondFactorWrong from error


def _open_step(session: Session, challenge: str) -> SecondStep:
    token_hash = opaque_tokens.fingerprint(challenge)
    step = session.scalar(select(SecondStep).where(SecondStep.token_hash == token_hash))
    if step is None or not step.is_open(now()):
        raise errors.SecondStepEnded
    return step


def _must_not_have_failed_too_often(session: Session, account_id: int) -> None:
    if _failures(session, account_id) >= MOST_FAILURES:
        raise errors.TooManyWrongSecondFactors


def _count(session: Session, step: SecondStep, origin: Origin) -> None:
    """One try less; its holder is written to when there were so many that someone else must know the password."""
    step.was_answered_wrongly()
    _count_failure(session, step.account_id, origin)


def _count_failure(session: Session, account_id: int, origin: Origin) -> None:
    remember(session, account_id, Happening.SECOND_FACTOR_FAILED, origin)
    session.flush()
    if _failures(session, account_id) == MOST_FAILURES:
        record(session, "identity.second_factor_guessed_at.v1", {"account_id": account_id})


def _failures(session: Session, account_id: int) -> int:
    recent = (
        HistoryEntry.account_id == account_id,
        HistoryEntry.what == Happening.SECOND_FACTOR_FAILED,
        HistoryEntry.happened_at > now() - FAILURES_COUNT_FOR,
    )
    return session.scalars(select(func.count()).select_from(HistoryEntry).where(*recent)).one()


def _owner_of(credential_id: bytes) -> Select[int]:
    return select(Passkey.account_id).where(Passkey.credential_id == credential_id)
