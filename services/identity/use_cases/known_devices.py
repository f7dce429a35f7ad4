"""Known devices: remembered at a full sign-in, and forgotten with what it rested on (A-11, A-13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from chassis.ground.clock import now
from services.identity.models.known_devices import MOST_DEVICES, KnownDevice
from services.identity.queries import known_device
from services.identity.tokens import opaque_tokens


@dataclass(frozen=True, repr=False)
class RememberedDevice:
    token: str
    expires_at: datetime


def remember(
    session: Session,
    account_id: int,
    session_id: int,
    user_agent: str,
    tokens: Sequence[str],
    validity: timedelta,
) -> RememberedDevice:
    """Remember the device of a session that was just opened. The caller has locked the account.

    `tokens`: those that the device showed. One of this account stays good for its time, and is replaced in the second
    half of it; without one, the device is new.
    """
    at = now()
    by_fingerprint = {opaque_tokens.fingerprint(token): token for token in tokens}
    device = known_device.of(session, KnownDevice.account_id == account_id, tokens)
    # Numbers of deleted sessions may come again: no other device must pass for that of this session.
    of_session = KnownDevice.account_id == account_id, KnownDevice.session_id == session_id
    session.execute(update(KnownDevice).where(*of_session).values(session_id=0))
    if device is not None and device.is_young(at):
        device.use(session_id, user_agent, at)
        return RememberedDevice(by_fingerprint[device.token_hash], device.expires_at)
    token = opaque_tokens.new_token()
    device = device or _new_device(session, account_id)
    device.use(session_id, user_agent, at)
    device.renew(opaque_tokens.fingerprint(token), at, validity)
    session.add(device)
    return RememberedDevice(token, device.expires_at)


def remove(session: Session, account_id: int, *, session_id: int) -> None:
    """Forget the device of a session that its holder ended elsewhere, or that a thief may have."""
    of_session = KnownDevice.account_id == account_id, KnownDevice.session_id == session_id
    session.execute(delete(KnownDevice).where(*of_session))


def remove_all(session: Session, account_id: int, *, except_session: int | None) -> None:
    """Forget every device, or all but that of one session."""
    removed = delete(KnownDevice).where(KnownDevice.account_id == account_id)
    if except_session is not None:
        removed = removed.where(KnownDevice.session_id != except_session)
    session.execute(removed)


def _new_device(session: Session, account_id: int) -> KnownDevice:
    """Return a device, in place of those beyond MOST_DEVICES."""
    oldest = (
        select(KnownDevice.id)
        .where(KnownDevice.account_id == account_id)
        .order_by(KnownDevice.last_used_at.desc(), KnownDevice.id.desc())
        .offset(MOST_DEVICES - 1)
    )
    session.execute(delete(KnownDevice).where(KnownDevice.id.in_(list(session.scalars(oldest)))))
    return KnownDevice(account_id=account_id)
