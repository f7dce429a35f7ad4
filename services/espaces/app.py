"""Declaration of the espaces service."""

from chassis.events.read_models import ReadModels
from chassis.processes.service import Service
from services.espaces import resources
from services.espaces.api import espaces, personal_data, subscriptions
from services.espaces.handlers import HANDLERS, PROJECTIONS
from services.espaces.models.base import Base
from services.espaces.models.read_models import Attachment, Person, Structure
from services.espaces.settings import Settings

SERVICE = Service(
    name="espaces",
    settings=Settings,
    routes=[espaces.routes, subscriptions.routes, personal_data.routes],
    followers=frozenset({"notifier"}),
    metadata=Base.metadata,
    handlers=HANDLERS,
    read_models=ReadModels([Person, Structure, Attachment], PROJECTIONS),
    resources=resources.build,
)
