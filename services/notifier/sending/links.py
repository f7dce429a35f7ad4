"""Links of a mail, fetched when the mail is sent: a delayed mail never carries an expired link (A-05, A-09)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.calls.internal_client import InternalClient, RemoteRefusal
from chassis.ground.problems import Unavailable
from services.notifier.errors.sending import Moot, TransientFault
from services.notifier.mails.link_kinds import LinkKind


@dataclass(frozen=True, repr=False)
class Link:
    """Link whose holder can choose the password of an account, or half of that: never stored, never logged."""

    url: str
    minutes: int
    """Minutes of validity from its issue, a moment ago."""
    address: str | None = None
    """Address to which alone it may be sent, if that is none of the account's addresses yet."""


class Links(Protocol):
    def issue(self, kind: LinkKind, account_id: int, context: Mapping[str, object]) -> Link:
        """Return a new link for a mail with this context.

        Raises TransientFault without an answer now, Moot if the account needs none any more.
        """


class LinksOfIdentity:
    """Adapter that asks identity. A new link replaces the earlier ones of its kind and account."""

    def __init__(self, identity: InternalClient, portal_url: str) -> None:
        self._identity = identity
        self._portal_url = portal_url.rstrip("/")

    def issue(self, kind: LinkKind, account_id: int, context: Mapping[str, object]) -> Link:
        facts = {"account_id": account_id, **{field: context[field] for field in kind.facts}}
        try:
            issued = self._identity.post(kind.issued_at, json=facts)
        except Unavailable as error:
            raise TransientFault("identity does not answer") from error
        except RemoteRefusal as refusal:
            if refusal.code == kind.moot:
                raise Moot(kind.moot) from refusal
            raise TransientFault(f"identity issues no link: {refusal.code}") from refusal
        issued_at, expires_at = (datetime.fromisoformat(issued[moment]) for moment in ("issued_at", "expires_at"))
        url = f"{self._portal_url}/{kind.page}/{issued['token']}"
        return Link(url, round((expires_at - issued_at).total_seconds() / 60), issued.get("address"))
