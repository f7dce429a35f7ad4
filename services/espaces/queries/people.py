"""Checks on the accounts of people who ask for something."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.espaces.errors.subscriptions import RequesterDeactivated
from services.espaces.models.read_models import Person


def check_all_active(session: Session, account_ids: Collection[int]) -> None:
    """Raise RequesterDeactivated if one of the accounts is inactive; one that identity has not told of yet is not."""
    if session.scalar(select(exists().where(Person.account_id.in_(account_ids), ~Person.is_active))):
        raise RequesterDeactivated
