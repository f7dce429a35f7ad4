"""Answers of the structures service, written by `make contracts`: change its OpenAPI document instead."""

from typing import Literal, NotRequired, TypedDict, final


@final
class Establishment(TypedDict):
    """Answer to GET /directory/establishments/{siret}."""

    siret: str
    name: str | None
    label: str | None
    street: str | None
    complement_1: str | None
    complement_2: str | None
    postcode: str | None
    town: str | None
    country: str | None
    is_hidden: bool
    """INSEE was asked to hide who is behind it (partial diffusion)."""
    is_public: bool
    status: NotRequired[Literal["ACTIF"]]


@final
class Structure(TypedDict):
    """Answer to POST /structures, GET /structures/{structure_id} and PATCH /structures/{structure_id}."""

    name: str
    label: NotRequired[str | None]
    status: Literal["ACTIF", "INACTIF"]
    email: NotRequired[str | None]
    rcs_number: NotRequired[str | None]
    vat_number: NotRequired[str | None]
    is_centre_de_gestion: bool
    """It keeps the books of farms (centre de gestion agricole)."""
    is_public: bool
    """Where the directory knows the structure, the directory decides."""
    is_edi_emitter: bool
    """It sends EDI flows."""
    receives_edi_life_cycles: bool
    """It receives life cycles by EDI."""
    accepts_attachment_requests: bool
    """Anyone may ask to be attached."""
    street: str
    complement_1: NotRequired[str | None]
    complement_2: NotRequired[str | None]
    postcode: str
    town: str
    country: str
    telephone: NotRequired[str | None]
    fax: NotRequired[str | None]
    structure_id: int
    identifier_type: Literal["SIRET", "UE_HORS_FRANCE", "HORS_UE", "RIDET", "TAHITI", "AUTRE", "PARTICULIER"]
    identifier: str
    verified: bool
    awaits_verification: bool
    """The directory was silent about its SIRET: it opens no espace until that is verified."""
    is_confirmed: bool
    """Somebody has confirmed who manages it. Until then it takes requests for attachment."""
    is_hidden: bool
    """People who are not attached see number and town alone; the number stands for the name."""
    created_at: str


@final
class StructurePage(TypedDict):
    """Answer to GET /structures."""

    items: list[Structure]
    next: str | None


@final
class PublicStructure(TypedDict):
    structure_id: int
    identifier_type: Literal["SIRET", "UE_HORS_FRANCE", "HORS_UE", "RIDET", "TAHITI", "AUTRE", "PARTICULIER"]
    identifier: str
    name: str
    label: str | None
    status: Literal["ACTIF", "INACTIF"]
    street: str
    complement_1: str | None
    complement_2: str | None
    postcode: str
    town: str
    country: str


@final
class PublicStructurePage(TypedDict):
    """Answer to GET /public-structures."""

    items: list[PublicStructure]
    next: str | None


@final
class AttachedStructure(TypedDict):
    structure_id: int
    identifier_type: Literal["SIRET", "UE_HORS_FRANCE", "HORS_UE", "RIDET", "TAHITI", "AUTRE", "PARTICULIER"]
    identifier: str
    name: str
    """The number, where the name is hidden."""
    verified: bool
    """The directory knows the identifier."""


@final
class Person(TypedDict):
    account_id: int
    last_name: str | None
    first_name: str | None
    login_email: str | None
    status: Literal["EN_ATTENTE_ACTIVATION", "ACTIF", "DESACTIVE", "EFFACE"] | None


@final
class ManagedAttachment(TypedDict):
    attachment_id: int
    structure: AttachedStructure
    role: Literal["GESTIONNAIRE_PRINCIPAL", "GESTIONNAIRE_SECONDAIRE", "UTILISATEUR"]
    status: Literal["EN_COURS_DE_VALIDATION", "VALIDEE", "REFUSEE", "DESACTIVEE", "SUPPRIMEE"]
    requested_at: str
    reason: str | None
    comment: str
    person: Person


@final
class ManagedAttachmentPage(TypedDict):
    """Answer to GET /structures/{structure_id}/attachments."""

    items: list[ManagedAttachment]
    next: str | None


@final
class Attachment(TypedDict):
    """Answer to POST /structures/{structure_id}/attachments."""

    attachment_id: int
    structure: AttachedStructure
    role: Literal["GESTIONNAIRE_PRINCIPAL", "GESTIONNAIRE_SECONDAIRE", "UTILISATEUR"]
    status: Literal["EN_COURS_DE_VALIDATION", "VALIDEE", "REFUSEE", "DESACTIVEE", "SUPPRIMEE"]
    requested_at: str
    reason: str | None


@final
class AttachmentPage(TypedDict):
    """Answer to GET /attachments."""

    items: list[Attachment]
    next: str | None


@final
class DecidedAttachments(TypedDict):
    """Answer to POST /attachments/decisions."""

    items: list[Attachment]


@final
class Obstacles(TypedDict):
    """Answer to GET /personal-data/obstacles."""

    items: list[AttachedStructure]
