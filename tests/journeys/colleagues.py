"""A colleague who has signed up and not activated the account, attached to a structure of the whole system."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.storage.database import Database
from services.identity.models.accounts import Account
from services.identity.models.mail_pace import MAIL_INTERVAL
from services.structures.models.attachments import AttachmentStatus
from services.structures.models.read_models import Person
from tests.kit.waiting import until
from tests.services.structures.builders import an_attachment
from tests.system import System

SECONDS = 20.0


def attach(system: System, structure_id: int, login_email: str) -> int:
    """The number of the attachment. Straight into the database: who cannot sign in cannot ask for one."""
    account_id = until(lambda: _known_to_structures(system, login_email), within=SECONDS)
    approved = an_attachment(
        id=None, structure_id=structure_id, account_id=account_id, status=AttachmentStatus.APPROVED
    )
    with _writing(system, "structures") as session:
        session.add(approved)
        session.flush()
        return approved.id


def let_minutes_pass(system: System, login_email: str) -> None:
    """As if the last activation mail had been asked for so long ago that another can be (A-06)."""
    with _writing(system, "identity") as session:
        account = session.scalars(select(Account).where(Account.login_email == login_email)).one()
        account.mail_asked_at -= MAIL_INTERVAL


def _known_to_structures(system: System, login_email: str) -> int | None:
    with _writing(system, "structures") as session:
        return session.scalar(select(Person.account_id).where(Person.login_email == login_email))


@contextmanager
def _writing(system: System, service: str) -> Iterator[Session]:
    database = Database(system.layout.database_url(service))
    try:
        with database.writing() as session:
            yield session
    finally:
        database.dispose()
