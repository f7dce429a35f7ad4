"""What Alembic runs for this service."""

from chassis import migrations
from services.espaces.models import Base

migrations.run(Base.metadata)
