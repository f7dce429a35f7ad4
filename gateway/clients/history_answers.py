"""What identity answers about sessions, the history of accounts, and accounts as operators see them."""

from typing import NotRequired, TypedDict


class Device(TypedDict):
    browser: str | None
    system: str | None


class OpenSession(TypedDict):
    session_id: int
    device: Device
    address: str
    opened_at: str
    last_used_at: str
    expires_at: str
    is_current: bool


class HistoryEntry(TypedDict):
    happened_at: str
    what: str
    address: str
    device: Device
    by_operator: bool
    done_by: NotRequired[int | None]


class KnownAccount(TypedDict):
    """An account as operators see it; an erased one has no names."""

    account_id: int
    login_email: str
    contact_email: str
    last_name: str
    first_name: str
    status: str
    registered_at: str
    activated_at: str | None
    operator_since: str | None
    has_second_factor: bool
