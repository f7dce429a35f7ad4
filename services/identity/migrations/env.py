"""Environment of Alembic for this service."""

from chassis.events import migrations
from services.identity.models.base import Base

migrations.run(Base.metadata)
