"""Fill the databases of a running system through the use cases of its services, so that every event is recorded too.

The services are filled in the order in which they follow each other; all events of one must have reached the next.
Rows are committed in batches: a batch holds the database's only writer for a part of a second.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import click
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from chassis.events.outbox import OutboxRow, record
from chassis.events.received import FollowedRow
from chassis.ground.clock import now
from chassis.storage.database import Database
from chassis.storage.polling import poll_until
from embedded.demo_data.population import SIREN_PREFIX, Person, Population, Structure
from services.espaces.catalogue import loader
from services.espaces.catalogue.entries import Permission
from services.espaces.use_cases import openings, subscriptions
from services.espaces.use_cases.openings import Opener, OpeningRequest
from services.espaces.use_cases.subscriptions import SubscriptionRequest
from services.identity.models.accounts import Credentials
from services.identity.models.history import by_command
from services.identity.use_cases import sign_up
from services.structures.directory.port import Establishment
from services.structures.identifiers.types import IdentifierType
from services.structures.models.structures import NewFields, StructureStatus
from services.structures.models.structures import Structure as StructureRow
from services.structures.use_cases import attachment_requests, creation
from services.structures.use_cases.establishments import Verified

BATCH = 50
ARRIVAL_SECONDS = 300
TIC = "REMBOURSEMENT_TIC"
INVOICES = "FACTURES_RECUES"
OPTIONS: Mapping[str, Mapping[str, str | None]] = {
    TIC: {"categorie_beneficiaire": "EXPLOITANT_SOCIETAIRE", "pacage": "015100001"},
    INVOICES: {},
}
OUTCOMES = ("accepted", "waiting", "accepted", "refused")
"""Outcomes of the requests of a structure's colleagues, in their order."""

UNPUBLISHED = select(OutboxRow.seq).where(OutboxRow.position.is_(None)).limit(1)
LAST_POSITION = select(func.max(OutboxRow.position))
FOLLOWED = select(FollowedRow.position).where(FollowedRow.producer == bindparam("producer"))

T = TypeVar("T")


class AlreadyFilled(Exception):
    """Raised when structures of the demo are there already."""


class NeverArrived(Exception):
    """Raised when a service does not follow another: a worker does not run."""


@dataclass
class Filling:
    """Databases by service, and the numbers that accounts and structures have got in them."""

    databases: Mapping[str, Database]
    credentials: Credentials
    account_ids: dict[Person, int] = field(default_factory=dict)
    structure_ids: dict[str, int] = field(default_factory=dict)
    """Number of each structure, by its SIREN."""

    def fill(self, planned: Population) -> None:
        """Raise AlreadyFilled, or NeverArrived."""
        self._refuse_twice()
        self._in_batches("identity", "people", planned.people, self._register)
        self._await_events("identity", ("structures", "espaces"))
        self._in_batches("structures", "structures", planned.structures, self._create)
        self._await_events("structures", ("espaces",))
        self._in_batches("espaces", "espaces", planned.structures, self._open)

    def _refuse_twice(self) -> None:
        with self.databases["structures"].reading() as session:
            if session.scalar(select(StructureRow.id).where(StructureRow.identifier.startswith(SIREN_PREFIX)).limit(1)):
                raise AlreadyFilled

    def _in_batches(self, service: str, label: str, items: Sequence[T], add: Callable[[Session, T], None]) -> None:
        with click.progressbar(length=len(items), label=f"{label:<12}") as bar:
            for batch in _batches(items):
                with self.databases[service].writing() as session:
                    for item in batch:
                        add(session, item)
                bar.update(len(batch))

    def _await_events(self, producer: str, consumers: Iterable[str]) -> None:
        """Wait until the events of `producer` are published and applied. Raise NeverArrived."""
        self._await(producer, lambda session: not session.scalar(UNPUBLISHED))
        with self.databases[producer].reading() as session:
            last = session.scalar(LAST_POSITION) or 0
        for consumer in consumers:
            self._await(consumer, lambda session: (session.scalar(FOLLOWED, {"producer": producer}) or 0) >= last)

    def _await(self, service: str, is_reached: Callable[[Session], bool]) -> None:
        database = self.databases[service]

        def look() -> bool:
            with database.reading() as session:
                return is_reached(session)

        if not poll_until(look, database, ARRIVAL_SECONDS, 0.1):
            raise NeverArrived(service)

    def _register(self, session: Session, person: Person) -> None:
        details = {
            "contact_email": person.email,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "street": "1 RUE DU BOURG",
            "postcode": "15100",
            "town": "SAINT-FLOUR",
            "country": "FR",
        }
        account = sign_up.register(session, person.email, details, by_command("demo-data"))
        account.activate(self.credentials, now())
        record(session, "identity.account_activated.v1", {"account_id": account.id})
        self.account_ids[person] = account.id

    def _create(self, session: Session, planned: Structure) -> None:
        manager = self.account_ids[planned.manager]
        establishment = _establishment(planned)
        structure = creation.create_structure(
            session, manager, _fields(planned, establishment), Verified(establishment)
        )
        self.structure_ids[planned.company.siren] = structure.id
        for person, outcome in zip(planned.colleagues, OUTCOMES, strict=False):
            attachment = attachment_requests.request_attachment(
                session, self.account_ids[person], structure.id, "Je rejoins l'exploitation."
            )
            if outcome == "accepted":
                attachment_requests.approve(session, manager, [attachment.id])
            elif outcome == "refused":
                attachment_requests.refuse(
                    session, manager, [attachment.id], "Cette personne ne travaille pas avec nous."
                )

    def _open(self, session: Session, planned: Structure) -> None:
        """Open invoices everywhere and TIC on farms; the first colleague is subscribed, the next one waits for it."""
        catalogue = loader.load()
        structure_id, manager = self.structure_ids[planned.company.siren], self.account_ids[planned.manager]
        for espace in (INVOICES, TIC) if planned.is_farm else (INVOICES,):
            opening = OpeningRequest(espace, list(Permission), OPTIONS[espace])
            openings.open_espace(session, catalogue, Opener(manager), structure_id, opening)
            for place, person in enumerate(planned.accepted(OUTCOMES)):
                request = SubscriptionRequest(
                    structure_id, espace, [Permission.CONSULTATION], now().date(), "Pour la campagne en cours."
                )
                pending = subscriptions.request_subscriptions(session, catalogue, self.account_ids[person], request)
                if place == 0:
                    subscriptions.approve(session, catalogue, manager, [subscription.id for subscription in pending])


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    remaining = iter(items)
    while batch := list(itertools.islice(remaining, BATCH)):
        yield batch


def _establishment(planned: Structure) -> Establishment:
    """Return the answer that the directory would give."""
    address = planned.company.addresses[0]
    return Establishment(
        siret=planned.company.siren + planned.company.nics[0],
        name=planned.name,
        street=_street(planned),
        complement_1=None,
        postcode=address.postcode,
        town=address.town,
        country="FR",
        is_public=planned.company.category.startswith("7"),
        is_active=True,
    )


def _fields(planned: Structure, establishment: Establishment) -> NewFields:
    address = planned.company.addresses[0]
    return {
        "identifier_type": IdentifierType.SIRET,
        "identifier": establishment.siret,
        "name": planned.name,
        "status": StructureStatus.ACTIVE,
        "is_centre_de_gestion": planned.name.startswith("CENTRE DE GESTION"),
        "is_public": establishment.is_public,
        "is_edi_emitter": False,
        "receives_edi_life_cycles": False,
        "accepts_attachment_requests": True,
        "street": _street(planned),
        "postcode": address.postcode,
        "town": address.town,
        "country": "FR",
    }


def _street(planned: Structure) -> str:
    address = planned.company.addresses[0]
    return " ".join(part for part in (address.number, address.kind, address.street) if part)
