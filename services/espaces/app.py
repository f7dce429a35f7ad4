"""Espaces, declared."""

from chassis.service import Service
from services.espaces import api, resources, subscriptions_api
from services.espaces.handlers import HANDLERS
from services.espaces.models import Base
from services.espaces.settings import Settings

SERVICE = Service(
    name="espaces",
    settings=Settings,
    routes=[api.routes, subscriptions_api.routes],
    metadata=Base.metadata,
    handlers=HANDLERS,
    resources=resources.build,
)
