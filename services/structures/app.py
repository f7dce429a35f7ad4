"""The structures service."""

from chassis.copies import Copies
from chassis.service import Service
from services.structures import api, attachments_api, resources
from services.structures.handlers import HANDLERS
from services.structures.models import Base, Person
from services.structures.settings import Settings

SERVICE = Service(
    name="structures",
    settings=Settings,
    routes=[api.routes, attachments_api.routes],
    metadata=Base.metadata,
    handlers=HANDLERS,
    copies=Copies([Person], HANDLERS),
    resources=resources.build,
)
