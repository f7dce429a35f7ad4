"""Alembic environment of the structures service."""

from chassis.events import migrations
from services.structures.app import SERVICE

# The declared service has imported every module with tables; their shared base alone would know none of them.
migrations.run(SERVICE.metadata)
