"""Espaces, declared."""

from chassis.events.read_models import ReadModels
from chassis.processes.service import Service
from services.espaces import api, personal_data_api, resources, subscriptions_api
from services.espaces.handlers import HANDLERS, PROJECTIONS
from services.espaces.models import Attachment, Base, Person, Structure
from services.espaces.settings import Settings

SERVICE = Service(
    name="espaces",
    settings=Settings,
    routes=[api.routes, subscriptions_api.routes, personal_data_api.routes],
    metadata=Base.metadata,
    handlers=HANDLERS,
    read_models=ReadModels([Person, Structure, Attachment], PROJECTIONS),
    resources=resources.build,
)
