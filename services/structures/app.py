"""The structures service."""

from chassis.events.read_models import ReadModels
from chassis.processes.service import Service
from services.structures import api, attachments_api, personal_data_api, resources
from services.structures.handlers import HANDLERS, PROJECTIONS
from services.structures.models import Base, Person
from services.structures.settings import Settings

SERVICE = Service(
    name=resources.NAME,
    settings=Settings,
    routes=[api.routes, attachments_api.routes, personal_data_api.routes],
    metadata=Base.metadata,
    handlers=HANDLERS,
    read_models=ReadModels([Person], PROJECTIONS),
    resources=resources.build,
)
