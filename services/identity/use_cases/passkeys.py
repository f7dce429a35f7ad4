"""Passkeys: asked for, registered, named, removed (A-14)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from chassis.ground.problems import Refusal
from services.identity import errors
from services.identity.models import (
    CHALLENGE_VALIDITY,
    MOST_PASSKEYS,
    Happening,
    Origin,
    Passkey,
    PasskeyChallenge,
    PasskeyPurpose,
    SecondFactorKind,
)
from services.identity.relying_party import (
    Known,
    NewPasskey,
    NotVerified,
    RelyingParty,
    challenge_in,
    handle,
    passkey_in,
)
from services.identity.use_cases.history import remember
from services.identity.use_cases.second_factors import factor_added, factor_removed, own_account, second_factors

CHALLENGE_BYTES = 32


@dataclass(frozen=True, repr=False)
class RegisteredPasskey:
    passkey: Passkey
    recovery_codes: list[str]
    """Those that come with the first second factor."""


def new_challenge(session: Session, purpose: PasskeyPurpose, account_id: int | None = None) -> bytes:
    """Forgets the expired ones on the way, but those that someone else is forgetting."""
    at = now()
    expired = (
        select(PasskeyChallenge.challenge).where(PasskeyChallenge.expires_at <= at).with_for_update(skip_locked=True)
    )
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.challenge.in_(expired)))
    challenge, until = secrets.token_bytes(CHALLENGE_BYTES), at + CHALLENGE_VALIDITY
    session.add(PasskeyChallenge(challenge=challenge, purpose=purpose, account_id=account_id, expires_at=until))
    return challenge


def burnt_challenge(session: Session, credential: Mapping[str, Any], purpose: PasskeyPurpose, account_id: int) -> bytes:
    """The question that this answers, which is good for no other answer: of two at once, one gets the deleted row.
    Raises NotVerified; that the question is gone must be committed nevertheless."""
    challenge = challenge_in(credential)
    asked = session.scalar(
        delete(PasskeyChallenge).where(PasskeyChallenge.challenge == challenge).returning(PasskeyChallenge)
    )
    if asked is None or not asked.is_for(purpose, account_id, now()):
        raise NotVerified
    return challenge


def use_passkey(
    session: Session,
    account_id: int,
    credential: Mapping[str, Any],
    purpose: PasskeyPurpose,
    party: RelyingParty,
    origin: Origin,
) -> None:
    """For an account that is locked. Raises NotVerified or PasskeySeemsCopied; its question is gone in any case."""
    challenge = burnt_challenge(session, credential, purpose, account_id)
    credential_id, holder = passkey_in(credential)
    passkey = session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))
    if passkey is None or passkey.account_id != account_id or holder not in (None, handle(account_id)):
        raise NotVerified
    alone = purpose is PasskeyPurpose.SIGN_IN
    count = party.count_of_signature(credential, challenge, passkey.public_key, alone=alone)
    try:
        passkey.use(count, now())
    except errors.PasskeySeemsCopied:
        remember(session, account_id, Happening.PASSKEY_SEEMS_COPIED, origin)
        raise


def known(passkeys: list[Passkey]) -> list[Known]:
    return [Known(passkey.credential_id, passkey.transports) for passkey in passkeys]


def ask_to_sign_in(session: Session, party: RelyingParty) -> dict[str, Any]:
    """What the browser of a stranger is to be asked: which of its passkeys it will."""
    return party.to_sign_in(new_challenge(session, PasskeyPurpose.SIGN_IN))


def begin_passkey(session: Session, account_id: int, party: RelyingParty) -> dict[str, Any]:
    """What the browser is to be asked. Raises TooManyPasskeys."""
    account = own_account(session, account_id)
    passkeys = second_factors(session, account_id).passkeys
    if len(passkeys) >= MOST_PASSKEYS:
        raise errors.TooManyPasskeys
    challenge = new_challenge(session, PasskeyPurpose.REGISTER, account_id)
    return party.to_register(account_id, account.login_email, challenge, known(passkeys))


def register_passkey(
    session: Session, account_id: int, name: str, credential: Mapping[str, Any], party: RelyingParty, origin: Origin
) -> RegisteredPasskey | Refusal:
    """Returns PasskeyNotAccepted or PasskeyExists, for the question that it answered must be gone, and committed."""
    own_account(session, account_id)
    try:
        made = party.registered(credential, burnt_challenge(session, credential, PasskeyPurpose.REGISTER, account_id))
    except NotVerified:
        return errors.PasskeyNotAccepted()
    passkey = _passkey(account_id, name, made)
    try:
        with session.begin_nested():
            session.add(passkey)
    except IntegrityError:
        return errors.PasskeyExists()
    codes = factor_added(session, account_id, SecondFactorKind.PASSKEY, origin)
    return RegisteredPasskey(passkey, codes)


def rename_passkey(session: Session, account_id: int, passkey_id: int, name: str) -> Passkey:
    """Raises PasskeyUnknown, also for somebody else's."""
    passkey = _own(session, account_id, passkey_id)
    passkey.name = name
    return passkey


def remove_passkey(session: Session, account_id: int, passkey_id: int, origin: Origin) -> None:
    """Raises PasskeyUnknown, also for somebody else's."""
    session.delete(_own(session, account_id, passkey_id))
    factor_removed(session, account_id, SecondFactorKind.PASSKEY, origin)


def _own(session: Session, account_id: int, passkey_id: int) -> Passkey:
    own_account(session, account_id)
    passkey = session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account_id))
    if passkey is None:
        raise errors.PasskeyUnknown
    return passkey


def _passkey(account_id: int, name: str, made: NewPasskey) -> Passkey:
    return Passkey(
        account_id=account_id,
        name=name,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        transports=made.transports,
        added_at=now(),
    )
