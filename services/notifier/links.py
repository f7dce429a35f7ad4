"""The activation link, fetched when the mail is sent: a delayed mail never carries an expired link (A-05)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.clients import InternalClient, RemoteRefusal
from chassis.database import now
from chassis.problems import Unavailable
from services.notifier.errors import Moot, TransientFault

ALREADY_ACTIVE = "account_already_active"


@dataclass(frozen=True, repr=False)
class ActivationLink:
    """Lets whoever holds it choose the password of an account: never stored, never logged."""

    url: str
    minutes: int
    """How long it is valid, from now."""


class Links(Protocol):
    def activation(self, account_id: int) -> ActivationLink:
        """Raises TransientFault when there is none to be had now, Moot when the account does not need one any more."""


class ActivationLinks:
    """Links made by identity; each one replaces the earlier ones of its account."""

    def __init__(self, identity: InternalClient, portal_url: str) -> None:
        self._identity = identity
        self._portal_url = portal_url.rstrip("/")

    def activation(self, account_id: int) -> ActivationLink:
        try:
            issued = self._identity.post("/internal/activation-links", json={"account_id": account_id})
        except Unavailable as error:
            raise TransientFault("identity does not answer") from error
        except RemoteRefusal as refusal:
            if refusal.code == ALREADY_ACTIVE:
                raise Moot(ALREADY_ACTIVE) from refusal
            raise TransientFault(f"identity issues no link: {refusal.code}") from refusal
        left = datetime.fromisoformat(issued["expires_at"]) - now()
        return ActivationLink(f"{self._portal_url}/activation/{issued['token']}", round(left.total_seconds() / 60))
