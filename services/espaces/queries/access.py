"""Access check (E-15): whether a person may do something, for a structure, in an espace."""

from collections.abc import Sequence

from sqlalchemy import Connection

from services.espaces.catalogue.catalogue import Catalogue
from services.espaces.catalogue.entries import Espace
from services.espaces.errors.espaces import EspaceUnknown
from services.espaces.models.access import Access, Check
from services.espaces.models.read_models import MANAGERS, StructureStatus
from services.espaces.models.subscriptions import SubscriptionStatus
from services.espaces.queries import access_facts
from services.espaces.queries.access_facts import Facts


def check(connection: Connection, catalogue: Catalogue, checks: Sequence[Check]) -> list[Access]:
    """Return one answer per check, in their order."""
    facts = access_facts.read(connection, checks)
    return [_decide(catalogue, question, row) for question, row in zip(checks, facts, strict=True)]


def _decide(catalogue: Catalogue, question: Check, facts: Facts) -> Access:
    reason = _missing(catalogue, question, facts)
    return Access(reason is None, reason or "granted")


def _missing(catalogue: Catalogue, question: Check, facts: Facts) -> str | None:
    """Return the code of the first condition that does not hold, or None."""
    try:
        espace = catalogue.find(question.espace)
    except EspaceUnknown:
        return EspaceUnknown.code
    if question.permission not in espace.permissions:
        return "permission_not_offered"
    if facts.structure_status is None:
        return "structure_unknown"
    if facts.structure_status is not StructureStatus.ACTIVE:
        return "structure_inactive"
    # Before anything about the account: whoever asks learns nothing of the state of people who are not theirs.
    if facts.role is None:
        return "not_attached"
    # Only an explicit False blocks: events of structures can arrive before identity's, and then there is no row.
    if facts.account_is_active is False:
        return "account_inactive"
    if espace.for_managers:
        return None if facts.role in MANAGERS else "not_a_manager"
    return _missing_subscription(espace, facts)


def _missing_subscription(espace: Espace, facts: Facts) -> str | None:
    if not espace.is_for(centre_de_gestion=facts.is_centre_de_gestion):
        return "espace_not_available"
    if facts.opening_id is None:
        return "espace_not_open"
    if facts.subscription_status is SubscriptionStatus.PENDING:
        return "subscription_pending"
    return None if facts.subscription_status is SubscriptionStatus.APPROVED else "no_subscription"
