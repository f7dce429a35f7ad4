"""Search of accounts, for operators."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, undefer

from chassis.ground.folding import has_words_of
from chassis.storage.keyset import Page, newest_first
from services.identity.models import emails
from services.identity.models.accounts import Account


def search(session: Session, criteria: Mapping[str, Any]) -> Page:
    """Return a page of accounts, the newest first. `criteria`: as in AccountCriteria; None restricts no account."""
    applied = {name: value for name, value in criteria.items() if value is not None}
    after, limit = applied.pop("after", None), applied.pop("limit")
    matching = select(Account).where(*(_criterion(name, value) for name, value in applied.items()))
    # Deferred elsewhere (two EXISTS for each row): operators alone see it.
    rows = matching.options(undefer(Account.has_second_factor))
    return newest_first(session, rows, Account.id, after=after, limit=limit)


def _criterion(name: str, value: Any) -> ColumnElement[bool]:
    if name == "name":
        return has_words_of(Account.name_folded, value)
    if name == "email":
        # Escaped: a typed % or _ stands for itself.
        typed = emails.search_term(value)
        login = Account.login_email.contains(typed, autoescape=True)
        contacts = (Account.contact_email, Account.awaited_contact_email)
        return or_(login, *(func.lower(contact).contains(typed, autoescape=True) for contact in contacts))
    equal: ColumnElement[bool] = Account.id == value if name == "account_id" else Account.status == value
    return equal
