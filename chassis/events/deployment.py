"""Identity of a deployment: a number that its database keeps, so that a broker of another deployment is recognised."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from chassis.events.outbox import ChassisBase
from chassis.storage.database import Database, insert_missing


class DeploymentRow(ChassisBase):
    """Row of which there is one: it comes with a first start of a worker, and with every copy of the database."""

    __tablename__ = "deployment"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    identity: Mapped[uuid.UUID]


def identity_of(database: Database) -> uuid.UUID:
    """Return the identity of this service's deployment; give it one at the first start."""
    with database.writing() as session:
        insert_missing(session, DeploymentRow, [{"id": 1, "identity": uuid.uuid4()}], DeploymentRow.id)
        return session.scalars(select(DeploymentRow.identity)).one()
