"""Menu of a person (E-14): espaces, and the structures and permissions in each."""

from collections.abc import Iterable
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.espaces.catalogue.catalogue import Catalogue
from services.espaces.catalogue.entries import Permission
from services.espaces.models.read_models import MANAGERS, Attachment, Person, Structure, StructureStatus
from services.espaces.models.subscriptions import Subscription, SubscriptionStatus

Right = tuple[str, Permission, Structure]
"""Code of the espace, permission, structure."""


class MenuStructure(TypedDict):
    structure_id: int
    identifier: str
    name: str
    permissions: list[Permission]


class MenuEntry(TypedDict):
    espace: str
    label: str
    structures: list[MenuStructure]


def of_account(session: Session, catalogue: Catalogue, account_id: int) -> list[MenuEntry]:
    """Return the espaces that a person may enter, in the catalogue's order, with structures and permissions."""
    entries: dict[str, dict[int, MenuStructure]] = {}
    for espace, permission, structure in _rights(session, catalogue, account_id):
        # An operator may have taken the permission out of the catalogue since it was granted.
        if not catalogue.offers(espace, permission, centre_de_gestion=structure.is_centre_de_gestion):
            continue
        entry = entries.setdefault(espace, {})
        entry.setdefault(structure.structure_id, _without_permissions(structure))["permissions"].append(permission)
    return [
        {"espace": espace.code, "label": espace.label, "structures": list(entries[espace.code].values())}
        for espace in catalogue
        if espace.code in entries
    ]


def _without_permissions(structure: Structure) -> MenuStructure:
    return {
        "structure_id": structure.structure_id,
        "identifier": structure.identifier,
        "name": structure.name,
        "permissions": [],
    }


def _rights(session: Session, catalogue: Catalogue, account_id: int) -> Iterable[Right]:
    """Yield the rights of an account, none for an inactive one, as in the access check."""
    if session.scalar(select(Person.is_active).where(Person.account_id == account_id)) is False:
        return
    yield from _subscribed(session, account_id)
    yield from _managed(session, catalogue, account_id)


def _subscribed(session: Session, account_id: int) -> Iterable[Right]:
    subscribed = (
        select(Subscription.espace, Subscription.permission, Structure)
        .join(Structure, Structure.structure_id == Subscription.structure_id)
        .where(
            Subscription.account_id == account_id,
            Subscription.status == SubscriptionStatus.APPROVED,
            Structure.status == StructureStatus.ACTIVE,
        )
        .order_by(Structure.name, Subscription.permission)
    )
    yield from session.execute(subscribed)


def _managed(session: Session, catalogue: Catalogue, account_id: int) -> Iterable[Right]:
    """Yield the rights that come from a manager's role, without any opening or subscription (E-04)."""
    managed = (
        select(Structure)
        .join(Attachment, Attachment.structure_id == Structure.structure_id)
        .where(
            Attachment.account_id == account_id,
            Attachment.role.in_(sorted(MANAGERS)),
            Structure.status == StructureStatus.ACTIVE,
        )
        .order_by(Structure.name)
    )
    for structure in session.scalars(managed):
        for espace in catalogue:
            if espace.for_managers:
                yield from ((espace.code, permission, structure) for permission in espace.permissions)
