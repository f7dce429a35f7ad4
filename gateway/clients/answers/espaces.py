"""Answers of the espaces service, written by `make contracts`: change its OpenAPI document instead."""

from typing import Literal, TypedDict, final


@final
class Choice(TypedDict):
    code: str
    label: str


@final
class Option(TypedDict):
    code: str
    label: str
    type: Literal["text", "digits", "choice"]
    required: bool
    most: int
    pattern: str | None
    choices: list[Choice]
    help: str | None


@final
class Espace(TypedDict):
    espace: str
    label: str
    permissions: list[Literal["CONSULTATION_UNIQUEMENT", "MODIFICATION"]]
    for_managers: bool
    """Open to the managers of every structure, and to nobody else."""
    options: list[Option]


@final
class Catalogue(TypedDict):
    """Answer to GET /catalogue."""

    items: list[Espace]


@final
class Opening(TypedDict):
    """Answer to POST /structures/{structure_id}/openings."""

    opening_id: int
    structure_id: int
    espace: str
    label: str
    permissions: list[Literal["CONSULTATION_UNIQUEMENT", "MODIFICATION"]]
    options: dict[str, str]
    status: Literal["ACTIVE", "SUPPRIME"]
    opened_at: str


@final
class StructureEspace(TypedDict):
    espace: str
    label: str
    permissions: list[Literal["CONSULTATION_UNIQUEMENT", "MODIFICATION"]]
    for_managers: bool
    """Open to the managers of every structure, and to nobody else."""
    options: list[Option]
    opening: Opening | None
    available: bool
    unavailable_code: str | None


@final
class StructureEspaces(TypedDict):
    """Answer to GET /structures/{structure_id}/espaces."""

    items: list[StructureEspace]


@final
class MenuStructure(TypedDict):
    structure_id: int
    identifier: str
    name: str
    permissions: list[Literal["CONSULTATION_UNIQUEMENT", "MODIFICATION"]]


@final
class MenuEntry(TypedDict):
    espace: str
    label: str
    structures: list[MenuStructure]


@final
class Menu(TypedDict):
    """Answer to GET /menu."""

    items: list[MenuEntry]


@final
class Access(TypedDict):
    """Answer to GET /access."""

    allowed: bool
    reason: str
    until: str | None


@final
class Accesses(TypedDict):
    """Answer to POST /access/checks."""

    items: list[Access]


@final
class AttachedStructure(TypedDict):
    structure_id: int
    identifier_type: str
    identifier: str
    name: str


@final
class Subscription(TypedDict):
    subscription_id: int
    structure: AttachedStructure
    espace: str
    label: str
    permission: Literal["CONSULTATION_UNIQUEMENT", "MODIFICATION"]
    status: Literal["EN_COURS_DE_VALIDATION", "VALIDE", "REFUSE", "SUPPRIME"]
    requested_on: str
    reason: str | None


@final
class SubscriptionPage(TypedDict):
    """Answer to GET /subscriptions."""

    items: list[Subscription]
    next: str | None


@final
class Subscriptions(TypedDict):
    """Answer to POST /subscriptions, POST /subscriptions/decisions and POST /subscriptions/removals."""

    items: list[Subscription]


@final
class Person(TypedDict):
    account_id: int
    last_name: str | None
    first_name: str | None
    is_active: bool | None


@final
class ManagedSubscription(TypedDict):
    subscription_id: int
    structure: AttachedStructure
    espace: str
    label: str
    permission: Literal["CONSULTATION_UNIQUEMENT", "MODIFICATION"]
    status: Literal["EN_COURS_DE_VALIDATION", "VALIDE", "REFUSE", "SUPPRIME"]
    requested_on: str
    reason: str | None
    comment: str
    person: Person


@final
class ManagedSubscriptionPage(TypedDict):
    """Answer to GET /structures/{structure_id}/subscriptions."""

    items: list[ManagedSubscription]
    next: str | None
