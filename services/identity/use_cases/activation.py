"""Activation of an account by a mailed link (A-05, A-07)."""

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.clock import now
from services.identity.models.accounts import Credentials
from services.identity.models.activation_links import ActivationLink
from services.identity.models.history import Happening, Origin
from services.identity.use_cases import account_events, contact_emails, history, locks


def activate(
    session: Session, token: str, chosen: Credentials, origin: Origin, *, contact_email_to_ask: str | None = None
) -> None:
    """Activate the account of a link. Raise ActivationLinkUnknown, …Used, …Superseded or …Expired.

    `contact_email_to_ask`: contact e-mail that may be asked to confirm itself now (A-16).
    """
    # Under the account's lock: of two activations at once, the second finds the link used.
    account, link = locks.link(session, ActivationLink, token)
    at = now()
    link.use(at)
    account.activate(chosen, at)
    # Told first: no mail about the activation may go to an address that it has not proved.
    if account.put_aside_unproved_contact_email():
        record(session, "identity.account_changed.v1", account_events.person_facts(account))
    record(session, "identity.account_activated.v1", {"account_id": account.id})
    history.remember(session, account.id, Happening.ACTIVATED, origin)
    contact_emails.request_at_activation(session, account, contact_email_to_ask, origin)
