"""The notifier, declared."""

from chassis.calls.internal_client import Credentials, InternalClient
from chassis.events.read_models import ReadModels
from chassis.processes.service import Service, no_resources
from chassis.storage.database import Database
from services.notifier import api
from services.notifier.handlers import HANDLERS, PROJECTIONS
from services.notifier.links import LinksOfIdentity
from services.notifier.models import Base, Recipient
from services.notifier.rendering import Renderer
from services.notifier.sending import MailSender
from services.notifier.settings import Settings
from services.notifier.smtp import Relay

NAME = "notifier"


def mail_sender(settings: Settings, database: Database) -> MailSender:
    identity = InternalClient(settings.identity_url, Credentials(settings, NAME))
    links = LinksOfIdentity(identity, settings.portal_url)
    return MailSender(database, settings, links, Renderer(settings.portal_url), Relay(settings))


SERVICE = Service(
    name=NAME,
    settings=Settings,
    routes=[api.routes],
    metadata=Base.metadata,
    resources=no_resources,
    handlers=HANDLERS,
    read_models=ReadModels([Recipient], PROJECTIONS),
    loops=lambda settings, database: [mail_sender(settings, database)],
)
