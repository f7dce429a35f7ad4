"""What is read from the espaces' database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import Session, joinedload

from chassis.storage.keyset import Page, page
from services.espaces.catalogue import Catalogue, Espace, Permission
from services.espaces.errors import EspaceAlreadyOpen, EspaceNotAvailable, NotAManager, NotAttached, StructureUnknown
from services.espaces.models import (
    LIVE,
    MANAGERS,
    Attachment,
    Opening,
    OpeningStatus,
    Person,
    Role,
    Structure,
    StructureStatus,
    Subscription,
    SubscriptionStatus,
)


def structure(session: Session, structure_id: int) -> Structure:
    """Raises StructureUnknown."""
    found = session.get(Structure, structure_id)
    if found is None:
        raise StructureUnknown
    return found


def attachment(session: Session, account_id: int, structure_id: int) -> Attachment:
    """Raises StructureUnknown or NotAttached, also for who is attached with an account that is not active."""
    found: Attachment | None = session.scalar(
        _of_the_active(select(Attachment)).where(
            Attachment.account_id == account_id, Attachment.structure_id == structure_id
        )
    )
    if found is None:
        structure(session, structure_id)
        raise NotAttached
    return found


def manager(session: Session, account_id: int, structure_id: int) -> Attachment:
    """Raises StructureUnknown or NotAManager."""
    try:
        found = attachment(session, account_id, structure_id)
    except NotAttached as error:
        raise NotAManager from error
    if not found.is_manager:
        raise NotAManager
    return found


def check_manages_all(connection: Connection, account_id: int, structure_ids: Collection[int]) -> None:
    """Raises NotAManager if the account does not manage one of them, or one does not exist."""
    if not structure_ids:
        return
    managed = _of_the_active(select(Attachment.structure_id)).where(
        Attachment.account_id == account_id,
        Attachment.structure_id.in_(structure_ids),
        Attachment.role.in_(sorted(MANAGERS)),
    )
    if set(connection.scalars(managed)) != set(structure_ids):
        raise NotAManager


def _of_the_active(attachments: Select[Any]) -> Select[Any]:
    """Without those of accounts that are known not to be active."""
    with_people = attachments.outerjoin(Person, Person.account_id == Attachment.account_id)
    return with_people.where(Person.is_active.is_distinct_from(False))


def manager_ids(session: Session, structure_id: int, roles: Iterable[Role] = MANAGERS) -> list[int]:
    """The accounts that may decide, and are told of requests."""
    managers = (
        select(Attachment.account_id)
        .where(Attachment.structure_id == structure_id, Attachment.role.in_(sorted(roles)))
        .order_by(Attachment.attachment_id)
    )
    return list(session.scalars(managers))


def openings(session: Session, structure_id: int) -> dict[str, Opening]:
    """By the code of the espace."""
    active = select(Opening).where(Opening.structure_id == structure_id, Opening.status == OpeningStatus.ACTIVE)
    return {opening.espace: opening for opening in session.scalars(active)}


def live_subscriptions(
    session: Session,
    structure_id: int,
    espaces: Collection[str],
    account_id: int | None = None,
    *,
    locked: bool = False,
) -> Sequence[Subscription]:
    """In the order of their numbers. `locked`: what another transaction is ending is waited for, and then is not live
    any more."""
    live = select(Subscription).where(
        Subscription.structure_id == structure_id,
        Subscription.espace.in_(espaces),
        Subscription.status.in_(sorted(LIVE)),
    )
    if account_id is not None:
        live = live.where(Subscription.account_id == account_id)
    if locked:
        live = live.with_for_update()
    return session.scalars(live.order_by(Subscription.id)).all()


def espaces_of(session: Session, catalogue: Catalogue, structure_id: int) -> list[dict[str, Any]]:
    """Each espace of the catalogue, with its opening on the structure, or why it cannot be opened."""
    found, opened = structure(session, structure_id), openings(session, structure_id)
    return [_described(espace, opened.get(espace.code), _why_not(found, espace, opened)) for espace in catalogue]


def _described(espace: Espace, opening: Opening | None, unavailable_code: str | None) -> dict[str, Any]:
    available = unavailable_code is None
    return {**vars(espace), "opening": opening, "available": available, "unavailable_code": unavailable_code}


def _why_not(found: Structure, espace: Espace, opened: Mapping[str, Opening]) -> str | None:
    if espace.code in opened:
        return EspaceAlreadyOpen.code
    try:
        found.check_can_have(espace)
    except (EspaceNotAvailable, EspaceAlreadyOpen) as refusal:
        return refusal.code
    return None


def subscriptions_of(session: Session, account_id: int, query: Mapping[str, Any]) -> Page:
    """E-10."""
    return _subscriptions(session, select(Subscription).where(Subscription.account_id == account_id), query)


def subscriptions_to(session: Session, structure_id: int, query: Mapping[str, Any]) -> Page:
    """For the managers, with the people behind them."""
    statement = select(Subscription).where(Subscription.structure_id == structure_id)
    return _subscriptions(session, statement.options(joinedload(Subscription.person)), query)


def _subscriptions(session: Session, statement: Select[Any], query: Mapping[str, Any]) -> Page:
    if query["status"]:
        statement = statement.where(Subscription.status == query["status"])
    statement = statement.options(joinedload(Subscription.structure))
    return page(session, statement, Subscription.id, after=query["after"], limit=query["limit"])


def with_structures(session: Session, subscriptions: Sequence[Subscription]) -> Sequence[Subscription]:
    """The same, each with its structure loaded."""
    chosen = (
        select(Subscription).where(Subscription.id.in_([one.id for one in subscriptions])).order_by(Subscription.id)
    )
    loaded = chosen.options(joinedload(Subscription.structure)).execution_options(populate_existing=True)
    return session.scalars(loaded).all()


def menu(session: Session, catalogue: Catalogue, account_id: int) -> list[dict[str, Any]]:
    """E-14: the espaces that a person may enter, in the catalogue's order, with structures and permissions."""
    entries: dict[str, dict[int, dict[str, Any]]] = {}
    for espace, permission, where in _rights(session, catalogue, account_id):
        if not catalogue.offers(espace, permission, centre_de_gestion=where.is_centre_de_gestion):
            continue
        seen = {
            "structure_id": where.structure_id,
            "identifier": where.identifier,
            "name": where.name,
            "permissions": [],
        }
        entries.setdefault(espace, {}).setdefault(where.structure_id, seen)["permissions"].append(permission)
    return [
        {"espace": espace.code, "label": espace.label, "structures": list(entries[espace.code].values())}
        for espace in catalogue
        if espace.code in entries
    ]


def _rights(session: Session, catalogue: Catalogue, account_id: int) -> Iterable[tuple[str, Permission, Structure]]:
    """None for an account that is known not to be active, like the access check."""
    if session.scalar(select(Person.is_active).where(Person.account_id == account_id)) is False:
        return
    active = Structure.status == StructureStatus.ACTIVE
    subscribed = (
        select(Subscription.espace, Subscription.permission, Structure)
        .join(Structure, Structure.structure_id == Subscription.structure_id)
        .where(Subscription.account_id == account_id, Subscription.status == SubscriptionStatus.APPROVED, active)
        .order_by(Structure.name, Subscription.permission)
    )
    yield from session.execute(subscribed)
    managed = (
        select(Structure)
        .join(Attachment, Attachment.structure_id == Structure.structure_id)
        .where(Attachment.account_id == account_id, Attachment.role.in_(sorted(MANAGERS)), active)
        .order_by(Structure.name)
    )
    for where in session.scalars(managed):
        for espace in catalogue:
            if espace.for_managers:
                yield from ((espace.code, permission, where) for permission in espace.permissions)
