"""Events about espaces and subscriptions."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.espaces.catalogue.catalogue import Catalogue
from services.espaces.models.read_models import Structure
from services.espaces.models.subscriptions import Subscription


def espace_facts(structure: Structure, espace: str, label: str) -> dict[str, object]:
    """Return the fields common to every event about an espace."""
    return {
        "structure_id": structure.structure_id,
        "structure_name": structure.name,
        "espace": espace,
        "espace_label": label,
    }


def subscription_facts(structure: Structure, label: str, group: Sequence[Subscription]) -> dict[str, object]:
    """Return the fields common to every event about subscriptions, all of one person to one espace."""
    first = group[0]
    subscriptions = [
        {"subscription_id": subscription.id, "permission": subscription.permission.value} for subscription in group
    ]
    return {
        **espace_facts(structure, first.espace, label),
        "account_id": first.account_id,
        "subscriptions": subscriptions,
    }


def record_by_person(
    session: Session,
    catalogue: Catalogue,
    event: str,
    subscriptions: Sequence[Subscription],
    outcome: Mapping[str, object],
) -> None:
    """Record one event per person, structure and espace, so that a person gets one mail for all permissions."""
    groups: dict[tuple[int, int, str], list[Subscription]] = {}
    for subscription in subscriptions:
        key = (subscription.account_id, subscription.structure_id, subscription.espace)
        groups.setdefault(key, []).append(subscription)
    for (_, structure_id, espace), group in groups.items():
        structure = session.get_one(Structure, structure_id)
        record(session, event, {**subscription_facts(structure, catalogue.label(espace), group), **outcome})
