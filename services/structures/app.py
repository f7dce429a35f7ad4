"""The structures service."""

from chassis.events.read_models import Copies
from chassis.processes.service import Service
from services.structures import api, attachments_api, personal_data_api, resources
from services.structures.handlers import COPYING, HANDLERS
from services.structures.models import Base, Person
from services.structures.settings import Settings

SERVICE = Service(
    name=resources.NAME,
    settings=Settings,
    routes=[api.routes, attachments_api.routes, personal_data_api.routes],
    metadata=Base.metadata,
    handlers=HANDLERS,
    copies=Copies([Person], COPYING),
    resources=resources.build,
)
