"""What the use cases share: rows that are locked, rows that must be the only ones, and what events tell."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from chassis.ground.problems import Refusal
from services.espaces.catalogue import Catalogue
from services.espaces.errors import NotAttached, StructureUnknown
from services.espaces.models import Opening, Person, Structure, Subscription


def locked(session: Session, structure_id: int) -> Structure:
    """The structure, unchanged by others until the end of the transaction."""
    found = session.get(Structure, structure_id, with_for_update=True)
    if found is None:
        raise StructureUnknown
    return found


def check_not_erased(session: Session, account_id: int) -> None:
    """Raises NotAttached: a token may outlive its account by minutes (A-15). Until the end of the transaction the
    account is not erased here, so that what is written now is found and emptied then."""
    person = session.get(Person, account_id, with_for_update={"read": True})
    if person is not None and person.is_erased:
        raise NotAttached


def add(session: Session, rows: Sequence[Opening | Subscription], *, already: type[Refusal]) -> None:
    """Of two at once the unique index stops one."""
    session.add_all(rows)
    try:
        session.flush()
    except IntegrityError as error:
        raise already from error


def espace_facts(structure: Structure, espace: str, label: str) -> dict[str, Any]:
    """What every event about an espace tells of it."""
    return {
        "structure_id": structure.structure_id,
        "structure_name": structure.name,
        "espace": espace,
        "espace_label": label,
    }


def subscription_facts(structure: Structure, label: str, group: Sequence[Subscription]) -> dict[str, Any]:
    """What every event about subscriptions, all of one person to one espace, tells of them."""
    first = group[0]
    subscriptions = [{"subscription_id": one.id, "permission": one.permission.value} for one in group]
    return {
        **espace_facts(structure, first.espace, label),
        "account_id": first.account_id,
        "subscriptions": subscriptions,
    }


def tell(
    session: Session, catalogue: Catalogue, event: str, subscriptions: Sequence[Subscription], outcome: dict[str, Any]
) -> None:
    """One event for all that one person gets, or loses, in one espace of one structure: one mail."""
    groups: dict[tuple[int, int, str], list[Subscription]] = {}
    for subscription in subscriptions:
        key = (subscription.account_id, subscription.structure_id, subscription.espace)
        groups.setdefault(key, []).append(subscription)
    for (_, structure_id, espace), group in groups.items():
        structure = session.get_one(Structure, structure_id)
        record(session, event, {**subscription_facts(structure, catalogue.label(espace), group), **outcome})
