"""What the services answer, as their OpenAPI documents describe it. Dates and times are ISO 8601 text, in UTC."""

from typing import Any, Generic, NotRequired, TypedDict, TypeVar, final

T = TypeVar("T")


class Page(TypedDict, Generic[T]):
    items: list[T]
    next: str | None
    """The cursor to pass as `after` for the next page; None on the last."""


class Items(TypedDict, Generic[T]):
    items: list[T]


class Captcha(TypedDict):
    captcha_id: str
    expires_at: str


class LinkState(TypedDict):
    """A link that can be used, and whose it is."""

    expires_at: str
    login_email: str
    last_name: str
    first_name: str


class RecoveryLink(LinkState):
    secret_question: str
    tries_left: int


@final
class Session(TypedDict):
    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str


@final
class SecondStep(TypedDict):
    """The password was right; a second factor is needed."""

    second_factor_needed: bool
    challenge: str
    expires_at: str
    methods: list[str]


SignIn = Session | SecondStep
"""Which of the two, `"second_factor_needed" in answer` tells."""


class BegunApp(TypedDict):
    secret: str
    address: str
    """otpauth://…, which holds the secret too."""
    expires_at: str


class Passkey(TypedDict):
    passkey_id: int
    name: str
    added_at: str
    last_used_at: str | None


class AuthenticatorApp(TypedDict):
    added_at: str


class SecondFactors(TypedDict):
    authenticator_app: AuthenticatorApp | None
    passkeys: list[Passkey]
    recovery_codes_left: int


class Account(TypedDict):
    account_id: int
    login_email: str
    contact_email: str
    last_name: str
    first_name: str
    street: str
    postcode: str
    town: str
    country: str
    status: str
    version: int
    awaited_login_email: str | None


class LoginEmailLink(TypedDict):
    """A link that can be used, and the address that it confirms."""

    expires_at: str
    login_email: str


class Person(TypedDict):
    account_id: int
    last_name: str
    first_name: str
    login_email: NotRequired[str]
    status: NotRequired[str | None]
    """Of the account, where the structures service tells it."""


class Establishment(TypedDict):
    """What the directory knows of a SIRET."""

    siret: str
    name: str
    street: str
    complement_1: str | None
    postcode: str
    town: str
    country: str
    is_public: bool
    status: str


class PublicStructure(TypedDict):
    structure_id: int
    identifier_type: str
    identifier: str
    name: str
    label: str | None
    street: str
    complement_1: str | None
    complement_2: str | None
    postcode: str
    town: str
    country: str
    status: str


class Structure(PublicStructure):
    email: str | None
    rcs_number: str | None
    vat_number: str | None
    is_centre_de_gestion: bool
    is_public: bool
    is_edi_emitter: bool
    receives_edi_life_cycles: bool
    accepts_attachment_requests: bool
    telephone: str | None
    fax: str | None
    verified: bool
    created_at: str


class StructureSummary(TypedDict):
    structure_id: int
    identifier: str
    identifier_type: str
    name: str


class Attachment(TypedDict):
    attachment_id: int
    structure: StructureSummary
    role: str
    status: str
    requested_at: str
    reason: str | None
    person: NotRequired[Person]
    comment: NotRequired[str | None]


class Choice(TypedDict):
    code: str
    label: str


class Option(TypedDict):
    code: str
    label: str
    type: str
    required: bool
    most: int
    pattern: str | None
    choices: list[Choice]
    help: str | None


class Espace(TypedDict):
    """An espace of the catalogue."""

    espace: str
    label: str
    permissions: list[str]
    for_managers: bool
    options: list[Option]


class Opening(TypedDict):
    opening_id: int
    structure_id: int
    espace: str
    label: str
    permissions: list[str]
    options: dict[str, Any]
    status: str
    opened_at: str


class StructureEspace(Espace):
    """An espace as a structure may have it: open, available, or why not."""

    opening: Opening | None
    available: bool
    unavailable_code: str | None


class Subscription(TypedDict):
    subscription_id: int
    structure: StructureSummary
    espace: str
    label: str
    permission: str
    status: str
    requested_on: str
    reason: str | None
    person: NotRequired[Person]
    comment: NotRequired[str | None]


class MenuStructure(TypedDict):
    structure_id: int
    identifier: str
    name: str
    permissions: list[str]


class MenuEntry(TypedDict):
    espace: str
    label: str
    structures: list[MenuStructure]


class Access(TypedDict):
    allowed: bool
    reason: str
    until: str | None
