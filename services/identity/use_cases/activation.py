"""From a link that was mailed to an account that can sign in (A-05, A-07)."""

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.models import ActivationLink, Credentials, Happening, Origin
from services.identity.use_cases.history import remember
from services.identity.use_cases.shared import locked_link


def activate(session: Session, token: str, chosen: Credentials, origin: Origin) -> None:
    """Raises ActivationLinkUnknown, …Used, …Superseded or …Expired: of two activations at once, one."""
    account, link = locked_link(session, ActivationLink, token)
    at = now()
    link.use(at)
    account.activate(chosen, at)
    record(session, "identity.account_activated.v1", {"account_id": account.id})
    remember(session, account.id, Happening.ACTIVATED, origin)
