"""Passkeys: challenged, registered, renamed, removed (A-14)."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity.errors.second_factors import (
    PasskeyExists,
    PasskeyNotAccepted,
    PasskeySeemsCopied,
    PasskeyUnknown,
    TooManyPasskeys,
)
from services.identity.factors import relying_party
from services.identity.factors.relying_party import KnownPasskey, NewPasskey, NotVerified, RelyingParty, WebauthnJson
from services.identity.models.challenges import CHALLENGE_VALIDITY, PasskeyChallenge, PasskeyPurpose
from services.identity.models.history import Happening, Origin
from services.identity.models.second_factors import MOST_PASSKEYS, Passkey, SecondFactorKind
from services.identity.queries import enrolled_factors
from services.identity.use_cases import history, locks, second_factors

CHALLENGE_BYTES = 32


@dataclass(frozen=True, repr=False)
class RegisteredPasskey:
    passkey: Passkey
    recovery_codes: list[str]
    """Codes that come with the first second factor; empty for a later one."""


def new_challenge(session: Session, purpose: PasskeyPurpose, account_id: int | None = None) -> bytes:
    """Create a challenge, and delete the expired ones on the way."""
    at = now()
    # Rows that another transaction is deleting are skipped: no sign-in waits for them.
    expired = (
        select(PasskeyChallenge.challenge).where(PasskeyChallenge.expires_at <= at).with_for_update(skip_locked=True)
    )
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.challenge.in_(expired)))
    challenge, until = secrets.token_bytes(CHALLENGE_BYTES), at + CHALLENGE_VALIDITY
    session.add(PasskeyChallenge(challenge=challenge, purpose=purpose, account_id=account_id, expires_at=until))
    return challenge


def consume_challenge(session: Session, credential: WebauthnJson, purpose: PasskeyPurpose, account_id: int) -> bytes:
    """Delete and return the challenge that this answers, good for no other answer.

    When two answers come at once, only one of them gets the deleted row. Raise NotVerified; the deletion must be
    committed nevertheless.
    """
    challenge = relying_party.challenge_of(credential)
    issued = session.scalar(
        delete(PasskeyChallenge).where(PasskeyChallenge.challenge == challenge).returning(PasskeyChallenge)
    )
    if issued is None or not issued.is_for(purpose, account_id, now()):
        raise NotVerified
    return challenge


def use(
    session: Session,
    account_id: int,
    credential: WebauthnJson,
    purpose: PasskeyPurpose,
    party: RelyingParty,
    origin: Origin,
) -> None:
    """Check a passkey's answer. The caller has locked the account. Raise NotVerified or PasskeySeemsCopied.

    The challenge is gone in any case.
    """
    challenge = consume_challenge(session, credential, purpose, account_id)
    credential_id, holder = relying_party.passkey_of(credential)
    passkey = session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))
    # A second factor may leave out its user handle; if it is there, it must be the holder's.
    if (
        passkey is None
        or passkey.account_id != account_id
        or holder not in (None, relying_party.user_handle(account_id))
    ):
        raise NotVerified
    alone = purpose is PasskeyPurpose.SIGN_IN
    count = party.count_of_signature(credential, challenge, passkey.public_key, alone=alone)
    try:
        passkey.use(count, now())
    except PasskeySeemsCopied:
        history.remember(session, account_id, Happening.PASSKEY_SEEMS_COPIED, origin)
        raise


def as_known(passkeys: list[Passkey]) -> list[KnownPasskey]:
    return [KnownPasskey(passkey.credential_id, passkey.transports) for passkey in passkeys]


def ask_to_sign_in(session: Session, party: RelyingParty) -> dict[str, Any]:
    """Return the options for a stranger's browser, to sign in with any of its passkeys."""
    return party.to_sign_in(new_challenge(session, PasskeyPurpose.SIGN_IN))


def begin(session: Session, account_id: int, party: RelyingParty) -> dict[str, Any]:
    """Return the options for the browser to create a passkey. Raise TooManyPasskeys."""
    account = locks.account(session, account_id)
    passkeys = enrolled_factors.of(session, account_id).passkeys
    if len(passkeys) >= MOST_PASSKEYS:
        raise TooManyPasskeys
    challenge = new_challenge(session, PasskeyPurpose.REGISTER, account_id)
    return party.to_register(account_id, account.login_email, challenge, as_known(passkeys))


def register(
    session: Session, account_id: int, name: str, credential: WebauthnJson, party: RelyingParty, origin: Origin
) -> RegisteredPasskey:
    """Add a passkey. Raise PasskeyNotAccepted or PasskeyExists; both keep the end of the challenge that it answered."""
    locks.account(session, account_id)
    try:
        new_passkey = party.registered(
            credential, consume_challenge(session, credential, PasskeyPurpose.REGISTER, account_id)
        )
    except NotVerified as error:
        raise PasskeyNotAccepted from error
    passkey = _passkey(account_id, name, new_passkey)
    try:
        # A savepoint: PostgreSQL refuses all that follows a violation, and the challenge's end is yet to be committed.
        with session.begin_nested():
            session.add(passkey)
    except IntegrityError as error:
        raise PasskeyExists from error
    codes = second_factors.factor_added(session, account_id, SecondFactorKind.PASSKEY, origin, label=name)
    return RegisteredPasskey(passkey, codes)


def rename(session: Session, account_id: int, passkey_id: int, name: str) -> Passkey:
    """Rename a passkey. Raise PasskeyUnknown, also for another person's."""
    passkey = _own(session, account_id, passkey_id)
    passkey.name = name
    return passkey


def remove(session: Session, account_id: int, passkey_id: int, origin: Origin) -> None:
    """Remove a passkey. Raise PasskeyUnknown, also for another person's."""
    passkey = _own(session, account_id, passkey_id)
    session.delete(passkey)
    second_factors.factor_removed(session, account_id, SecondFactorKind.PASSKEY, origin, label=passkey.name)


def _own(session: Session, account_id: int, passkey_id: int) -> Passkey:
    locks.account(session, account_id)
    passkey = session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account_id))
    if passkey is None:
        raise PasskeyUnknown
    return passkey


def _passkey(account_id: int, name: str, new_passkey: NewPasskey) -> Passkey:
    return Passkey(
        account_id=account_id,
        name=name,
        credential_id=new_passkey.credential_id,
        public_key=new_passkey.public_key,
        sign_count=new_passkey.sign_count,
        transports=new_passkey.transports,
        added_at=now(),
    )
