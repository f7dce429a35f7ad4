"""Declaration of the structures service."""

from chassis.events.read_models import ReadModels
from chassis.processes.service import Service
from services.structures import resources
from services.structures.api import attachments, personal_data, structures
from services.structures.handlers import HANDLERS, PROJECTIONS
from services.structures.models.base import Base
from services.structures.models.read_models import Person
from services.structures.settings import Settings

SERVICE = Service(
    name=resources.NAME,
    settings=Settings,
    routes=[structures.routes, attachments.routes, personal_data.routes],
    followers=frozenset({"espaces", "notifier"}),
    metadata=Base.metadata,
    handlers=HANDLERS,
    read_models=ReadModels([Person], PROJECTIONS),
    resources=resources.build,
)
