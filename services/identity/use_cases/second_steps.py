"""Second step of a sign-in, and sign-in with a passkey alone (A-14)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity.errors.second_factors import (
    PasskeyRefused,
    PasskeySeemsCopied,
    SecondFactorNeeded,
    SecondFactorWrong,
    SecondStepEnded,
)
from services.identity.factors import relying_party
from services.identity.factors.relying_party import NotVerified, RelyingParty, WebauthnJson
from services.identity.factors.verifiers import Verifiers
from services.identity.models.accounts import Account, AccountStatus
from services.identity.models.challenges import CHALLENGE_VALIDITY, PasskeyPurpose, SecondStep
from services.identity.models.history import Origin
from services.identity.models.second_factors import Passkey
from services.identity.models.sessions import SessionValidity
from services.identity.queries import enrolled_factors
from services.identity.tokens import opaque_tokens
from services.identity.use_cases import (
    authenticator_apps,
    locks,
    passkeys,
    recovery_codes,
    second_factor_tries,
    sessions,
)
from services.identity.use_cases.second_factor_tries import FactorTries, SecondFactorAnswer
from services.identity.use_cases.sessions import NewSession


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
    tries = second_factor_tries.of_stranger(session, _owner_of_step(session, challenge), answer, origin)
    account = locks.account(session, tries.account_id)
    # Read under the account's lock: of answers at once, each sees the tries before it.
    step = _open_step(session, challenge)
    try:
        _check(session, tries, answer, verifiers)
    except (SecondFactorWrong, PasskeySeemsCopied):
        step.was_answered_wrongly()
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


def require_factor(session: Session, tries: FactorTries, answer: SecondFactorAnswer, verifiers: Verifiers) -> None:
    """Check a second factor, if the account has one, before an irreversible act of a signed-in person.

    `answer`: a `code` or a `recovery_code`. Raise SecondFactorNeeded, TooManyWrongSecondFactors or SecondFactorWrong;
    the last keeps the count of a wrong answer.
    """
    if not enrolled_factors.of(session, tries.account_id).methods:
        return
    if not any(answer.values()):
        raise SecondFactorNeeded(field="code")
    _check(session, tries, answer, verifiers)


def _check(session: Session, tries: FactorTries, answer: SecondFactorAnswer, verifiers: Verifiers) -> None:
    """Check the factor and count the try. Raise TooManyWrongSecondFactors, SecondFactorWrong or PasskeySeemsCopied."""
    tries.must_be_free()
    try:
        _use(session, tries.account_id, tries.method, answer[tries.method], verifiers, tries.origin)
    except (SecondFactorWrong, PasskeySeemsCopied):
        tries.fail(session)
        raise
    tries.succeed()


def _use(session: Session, account_id: int, method: str, answer: Any, verifiers: Verifiers, origin: Origin) -> None:
    """Use the factor up. Raise SecondFactorWrong or PasskeySeemsCopied."""
    if method == second_factor_tries.CODE:
        authenticator_apps.use(session, account_id, answer, verifiers.encryptor)
    elif method == second_factor_tries.RECOVERY_CODE:
        recovery_codes.use(session, account_id, answer, origin)
    else:
        try:
            passkeys.use(session, account_id, answer, PasskeyPurpose.SECOND_STEP, verifiers.party, origin)
        except NotVerified as error:
            raise SecondFactorWrong from error


def _owner_of_step(session: Session, challenge: str) -> int:
    """Return the account's number, before anything is locked. Raise SecondStepEnded."""
    owner = select(SecondStep.account_id).where(SecondStep.token_hash == opaque_tokens.fingerprint(challenge))
    account_id = session.scalar(owner)
    if account_id is None:
        raise SecondStepEnded
    return account_id


def _open_step(session: Session, challenge: str) -> SecondStep:
    token_hash = opaque_tokens.fingerprint(challenge)
    step = session.scalar(select(SecondStep).where(SecondStep.token_hash == token_hash))
    if step is None or not step.is_open(now()):
        raise SecondStepEnded
    return step


def _owner_of(credential_id: bytes) -> Select[int]:
    return select(Passkey.account_id).where(Passkey.credential_id == credential_id)
