"""Structures, attachments, openings and subscriptions as plain objects, without a database."""

from datetime import UTC, date, datetime

from services.espaces.catalogue.entries import Espace, Permission
from services.espaces.models.openings import Opening, OpeningStatus
from services.espaces.models.read_models import Attachment, Role, Structure, StructureStatus
from services.espaces.models.subscriptions import Subscription, SubscriptionStatus
from tests.services.espaces.driver import COLLEAGUE, MANAGER, STRUCTURE, TIC


def a_structure(*, status: StructureStatus = StructureStatus.ACTIVE, is_centre_de_gestion: bool = False) -> Structure:
    return Structure(
        structure_id=STRUCTURE,
        identifier_type="SIRET",
        identifier="13001977100018",
        name="AGENCE INFORMATIQUE FINANCIERE ETAT",
        status=status,
        is_centre_de_gestion=is_centre_de_gestion,
    )


def an_espace(*, not_for: frozenset[str] = frozenset(), for_managers: bool = False) -> Espace:
    return Espace("CARNET", "Mon carnet", tuple(Permission), not_for=not_for, for_managers=for_managers)


def an_attachment(role: Role = Role.PRINCIPAL_MANAGER, structure_id: int = STRUCTURE) -> Attachment:
    return Attachment(attachment_id=11, structure_id=structure_id, account_id=MANAGER, role=role)


def an_opening(*permissions: Permission, status: OpeningStatus = OpeningStatus.ACTIVE) -> Opening:
    return Opening(
        structure_id=STRUCTURE,
        espace=TIC,
        permissions=[permission.value for permission in permissions or Permission],
        options={},
        status=status,
        opened_by=MANAGER,
        opened_at=datetime(2026, 11, 24, tzinfo=UTC),
    )


def a_subscription(status: SubscriptionStatus = SubscriptionStatus.PENDING) -> Subscription:
    return Subscription(
        account_id=COLLEAGUE,
        structure_id=STRUCTURE,
        espace=TIC,
        permission=Permission.MODIFICATION,
        status=status,
        requested_on=date(2026, 11, 24),
        comment="",
    )
