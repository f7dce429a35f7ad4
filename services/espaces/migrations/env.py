"""What Alembic runs for this service."""

from chassis.events import migrations
from services.espaces.models import Base

migrations.run(Base.metadata)
