"""Second step of a sign-in, and sign-in with a passkey alone (A-14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.errors.second_factors import (
    PasskeyRefused,
    PasskeySeemsCopied,
    SecondFactorNeeded,
    SecondFactorWrong,
    SecondStepEnded,
    TooManyWrongSecondFactors,
)
from services.identity.factors import relying_party
from services.identity.factors.relying_party import NotVerified, RelyingParty, WebauthnJson
from services.identity.factors.verifiers import Verifiers
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.challenges import CHALLENGE_VALIDITY, PasskeyPurpose, SecondStep
from services.identity.models.history import Happening, HistoryEntry, Origin
from services.identity.models.second_factors import Passkey
from services.identity.models.sessions import SessionValidity
from services.identity.queries import enrolled_factors
from services.identity.tokens import opaque_tokens
from services.identity.use_cases import authenticator_apps, history, locks, passkeys, recovery_codes, sessions
from services.identity.use_cases.sessions import NewSession

SecondFactorAnswer = Mapping[str, Any]
"""Answer of a person: a `code`, a `recovery_code` or a `passkey`; the others are missing or None."""
MOST_FAILURES = 10
FAILURES_COUNT_FOR = timedelta(minutes=15)
"""Time without any second factor after MOST_FAILURES: a guesser knows the password and can begin again and again."""


@dataclass(frozen=True, repr=False)
class PendingSecondStep:
    challenge: str
    expires_at: datetime
    methods: list[str]


def begin(session: Session, account_id: int) -> PendingSecondStep | None:
    """Begin after the right password; return None for an account without second factors."""
    methods, at = enrolled_factors.of(session, account_id).methods, now()
    if not methods:
        return None
    session.execute(delete(SecondStep).where(SecondStep.account_id == account_id, SecondStep.expires_at <= at))
    needed = PendingSecondStep(opaque_tokens.new_token(), at + CHALLENGE_VALIDITY, methods)
    token_hash = opaque_tokens.fingerprint(needed.challenge)
    session.add(SecondStep(account_id=account_id, token_hash=token_hash, expires_at=needed.expires_at, tries=0))
    return needed


def ask_for_passkey(session: Session, challenge: str, party: RelyingParty) -> dict[str, Any]:
    """Return the options for the browser to ask for a passkey as second step. Raise SecondStepEnded."""
    step = _open_step(session, challenge)
    enrolled = enrolled_factors.of(session, step.account_id).passkeys
    question = passkeys.new_challenge(session, PasskeyPurpose.SECOND_STEP, step.account_id)
    return party.to_sign_in(question, passkeys.as_known(enrolled))


def complete(
    session: Session,
    challenge: str,
    answer: SecondFactorAnswer,
    verifiers: Verifiers,
    origin: Origin,
    validity: SessionValidity,
) -> NewSession:
    """Open a session after the right second factor. `answer`: a `code`, a `recovery_code` or a `passkey`.

    Raise SecondStepEnded, TooManyWrongSecondFactors, SecondFactorWrong or PasskeySeemsCopied. The last two keep the
    count of a wrong answer and the end of the challenge that a passkey answered.
    """
    owner = select(SecondStep.account_id).where(SecondStep.token_hash == opaque_tokens.fingerprint(challenge))
    account = locks.find_account(session, Account.id.in_(owner))
    if account is None:
        raise SecondStepEnded
    # Read under the account's lock: of answers at once, each sees the tries before it.
    step = _open_step(session, challenge)
    _must_not_have_failed_too_often(session, account.id)
    try:
        _check(session, account.id, answer, verifiers, origin)
    except (SecondFactorWrong, PasskeySeemsCopied):
        _count(session, step, origin)
        raise
    session.delete(step)
    return sessions.begin(session, account.id, origin, validity)


def sign_in_with_passkey(
    session: Session, credential: WebauthnJson, party: RelyingParty, origin: Origin, validity: SessionValidity
) -> NewSession:
    """Open a session with a passkey, from which alone the account is known.

    Raise PasskeyRefused or PasskeySeemsCopied; both keep the end of the challenge that was answered.
    """
    try:
        credential_id, holder = relying_party.passkey_of(credential)
        account = locks.find_account(session, Account.id.in_(_owner_of(credential_id)))
        # WebAuthn requires the user handle where the options named no passkey.
        if account is None or account.status is not AccountStatus.ACTIVE or holder is None:
            raise NotVerified
        passkeys.use(session, account.id, credential, PasskeyPurpose.SIGN_IN, party, origin)
    except NotVerified as error:
        raise PasskeyRefused from error
    return sessions.begin(session, account.id, origin, validity)


def require_factor(
    session: Session, account_id: int, answer: SecondFactorAnswer, verifiers: Verifiers, origin: Origin
) -> None:
    """Check a second factor, if the account has one, before an irreversible act of a signed-in person.

    `answer`: a `code` or a `recovery_code`. Raise SecondFactorNeeded, TooManyWrongSecondFactors or SecondFactorWrong;
    the last keeps the count of a wrong answer.
    """
    if not enrolled_factors.of(session, account_id).methods:
        return
    if not any(answer.values()):
        raise SecondFactorNeeded(field="code")
    _must_not_have_failed_too_often(session, account_id)
    try:
        _check(session, account_id, answer, verifiers, origin)
    except SecondFactorWrong:
        _count_failure(session, account_id, origin)
        raise


def _check(session: Session, account_id: int, answer: SecondFactorAnswer, verifiers: Verifiers, origin: Origin) -> None:
    """Check the factor. Raise SecondFactorWrong or PasskeySeemsCopied."""
    if answer.get("code"):
        authenticator_apps.use(session, account_id, answer["code"], verifiers.encryptor)
    elif answer.get("recovery_code"):
        recovery_codes.use(session, account_id, answer["recovery_code"], origin)
    else:
        try:
            passkeys.use(session, account_id, answer["passkey"], PasskeyPurpose.SECOND_STEP, verifiers.party, origin)
        except NotVerified as error:
            raise SecondFactorWrong from error


def _open_step(session: Session, challenge: str) -> SecondStep:
    token_hash = opaque_tokens.fingerprint(challenge)
    step = session.scalar(select(SecondStep).where(SecondStep.token_hash == token_hash))
    if step is None or not step.is_open(now()):
        raise SecondStepEnded
    return step


def _must_not_have_failed_too_often(session: Session, account_id: int) -> None:
    if _failures(session, account_id) >= MOST_FAILURES:
        raise TooManyWrongSecondFactors


def _count(session: Session, step: SecondStep, origin: Origin) -> None:
    """Count a wrong answer, for this step and for the account."""
    step.was_answered_wrongly()
    _count_failure(session, step.account_id, origin)


def _count_failure(session: Session, account_id: int, origin: Origin) -> None:
    history.remember(session, account_id, Happening.SECOND_FACTOR_FAILED, origin)
    session.flush()
    # The holder is told: a stranger must know the password. Once, since further answers are refused uncounted.
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
