"""The notifier, declared."""

from chassis.calls.internal_client import Credentials, InternalClient
from chassis.events.read_models import Copies
from chassis.processes.service import Service
from chassis.storage.database import Database
from services.notifier import api
from services.notifier.handlers import COPYING, HANDLERS
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
    handlers=HANDLERS,
    copies=Copies([Recipient], COPYING),
    loops=lambda settings, database: [mail_sender(settings, database)],
)
