"""Espaces, declared."""

from chassis.events.read_models import Copies
from chassis.processes.service import Service
from services.espaces import api, personal_data_api, resources, subscriptions_api
from services.espaces.handlers import COPYING, HANDLERS
from services.espaces.models import Attachment, Base, Person, Structure
from services.espaces.settings import Settings

SERVICE = Service(
    name="espaces",
    settings=Settings,
    routes=[api.routes, subscriptions_api.routes, personal_data_api.routes],
    metadata=Base.metadata,
    handlers=HANDLERS,
    copies=Copies([Person, Structure, Attachment], COPYING),
    resources=resources.build,
)
