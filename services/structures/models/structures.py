"""Structures: legal entities, unique by their identifier (S-01), with the fields of S-07."""

from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from sqlalchemy import ColumnElement, Index, String, Text, UniqueConstraint, false, or_, text, true
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, validates

from chassis.ground.clock import now
from chassis.ground.folding import searchable
from chassis.storage.column_types import Id, wire_enum
from services.structures.directory.port import Establishment
from services.structures.errors.structures import PublicByDirectory, RequestsStayOpen, StructureInactive
from services.structures.identifiers import outside_eu
from services.structures.identifiers.types import IdentifierType
from services.structures.models.base import Base


class StructureStatus(StrEnum):
    ACTIVE = "ACTIF"
    INACTIVE = "INACTIF"


class ChangedFields(TypedDict, total=False):
    """Fields that a manager may change (S-07); a missing key leaves its field as it is."""

    name: str
    label: str | None
    status: StructureStatus
    email: str | None
    rcs_number: str | None
    vat_number: str | None
    is_centre_de_gestion: bool
    is_public: bool
    is_edi_emitter: bool
    receives_edi_life_cycles: bool
    accepts_attachment_requests: bool
    street: str
    complement_1: str | None
    complement_2: str | None
    postcode: str | None
    town: str
    country: str
    telephone: str | None
    fax: str | None


class IdentifierFields(TypedDict):
    identifier_type: IdentifierType
    identifier: str


class NewFields(ChangedFields, IdentifierFields):
    """Fields of a new structure: the schema has seen to it that none is missing."""


class Structure(Base):
    __tablename__ = "structures"
    # Two creations at once both find the identifier free; this constraint lets one of them through (S-01).
    __table_args__ = (UniqueConstraint("identifier_type", "identifier"),)

    id: Mapped[Id]
    identifier_type: Mapped[IdentifierType] = mapped_column(wire_enum(IdentifierType))
    identifier: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(250))
    label: Mapped[str | None] = mapped_column(String(250))
    status: Mapped[StructureStatus] = mapped_column(wire_enum(StructureStatus))
    email: Mapped[str | None] = mapped_column(String(254))
    rcs_number: Mapped[str | None] = mapped_column(String(50))
    vat_number: Mapped[str | None] = mapped_column(String(20))
    is_centre_de_gestion: Mapped[bool]
    is_public: Mapped[bool]
    is_edi_emitter: Mapped[bool]
    receives_edi_life_cycles: Mapped[bool]
    accepts_attachment_requests: Mapped[bool]
    street: Mapped[str] = mapped_column(String(250))
    complement_1: Mapped[str | None] = mapped_column(String(250))
    complement_2: Mapped[str | None] = mapped_column(String(250))
    postcode: Mapped[str] = mapped_column(String(16), index=True)
    """Empty where the country has none."""
    town: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    telephone: Mapped[str | None] = mapped_column(String(30))
    fax: Mapped[str | None] = mapped_column(String(30))
    verified: Mapped[bool]
    """True if the directory knows the identifier (S-05)."""
    awaits_verification: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True if it has a SIRET, and the directory was silent when it was registered: it opens no espace (S-05)."""
    verify_after: Mapped[datetime | None]
    """Moment before which the SIRET is not looked up again."""
    is_partially_diffused: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True if INSEE was asked to hide who is behind it."""
    is_confirmed: Mapped[bool] = mapped_column(default=False, server_default=true())
    """True if somebody has confirmed that it is managed by whoever has the right to (S-22)."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    # The search compares folded texts (S-02): SQLite cannot fold accents, and PostgreSQL would on every row.
    name_folded: Mapped[str] = mapped_column(Text)
    label_folded: Mapped[str | None] = mapped_column(Text)
    town_folded: Mapped[str] = mapped_column(Text)

    @validates("name", "label", "town")
    def _fold(self, field: str, text: str | None) -> str | None:
        """Set the folded text of the field beside the text itself (S-02)."""
        setattr(self, f"{field}_folded", searchable(text) if text is not None else None)
        return text

    @property
    def is_active(self) -> bool:
        return self.status is StructureStatus.ACTIVE

    def confirm(self, establishment: Establishment | None) -> None:
        """Take over the directory's word; without one, the structure no longer waits for it."""
        self.awaits_verification, self.verify_after = False, None
        if establishment is not None:
            self.verified = True
            # Whoever types a form could have anything shown to everyone as a public body (S-05).
            self.is_public, self.is_partially_diffused = establishment.is_public, establishment.is_hidden

    def must_be_active(self) -> None:
        if not self.is_active:
            raise StructureInactive

    @hybrid_property
    def is_hidden(self) -> bool:
        """Return whether people who are not attached see number and town alone (S-19)."""
        return self.is_partially_diffused or self.identifier_type is IdentifierType.PRIVATE_PERSON

    @is_hidden.inplace.expression
    @classmethod
    def _is_hidden_expression(cls) -> ColumnElement[bool]:
        return or_(cls.is_partially_diffused, cls.identifier_type == IdentifierType.PRIVATE_PERSON)

    @property
    def number(self) -> str:
        """Kind and number, which stand for a name that is hidden: `SIRET 13001977100018`."""
        return f"{self.identifier_type.value} {self.identifier}"

    @validates("postcode")
    def _without_postcode(self, _: str, postcode: str | None) -> str:
        return postcode or ""

    def change(self, changes: ChangedFields) -> None:
        """Set the changed fields. Whether it is public is the directory's word alone, and an identifier stays.

        Raises PublicByDirectory, RequestsStayOpen, CountryInTheUnion or IdentifierOfAnotherCountry.
        """
        if not (self.is_confirmed or changes.get("accepts_attachment_requests", True)):
            raise RequestsStayOpen(field="accepts_attachment_requests")
        self._check_country(changes.get("country", self.country))
        if changes.get("is_public", self.is_public) != self.is_public:
            raise PublicByDirectory(field="is_public")
        for field, value in changes.items():
            setattr(self, field, value)

    def _check_country(self, country: str) -> None:
        """Raise CountryInTheUnion or IdentifierOfAnotherCountry for a country that HORS_UE identifiers do not have."""
        if self.identifier_type is IdentifierType.OUTSIDE_EU and country != self.country:
            outside_eu.check_country(country)
            outside_eu.check_prefix(self.identifier, country, field="country")


_waiting = text("awaits_verification")
Index("ix_structures_awaiting_verification", Structure.verify_after, postgresql_where=_waiting, sqlite_where=_waiting)
