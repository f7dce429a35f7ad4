"""Declaration of the notifier."""

from chassis.calls.internal_client import Credentials, InternalClient
from chassis.events.read_models import ReadModels
from chassis.processes.service import Service, no_resources
from chassis.storage.database import Database
from services.notifier.api import personal_data
from services.notifier.handlers import HANDLERS, PROJECTIONS
from services.notifier.mails.rendering import Renderer
from services.notifier.models.base import Base
from services.notifier.models.read_models import Recipient
from services.notifier.sending.links import LinksOfIdentity
from services.notifier.sending.mail_pruner import MailPruner
from services.notifier.sending.mail_sender import MailSender
from services.notifier.sending.mail_server import MailServer
from services.notifier.settings import Settings

NAME = "notifier"


def mail_sender(settings: Settings, database: Database) -> MailSender:
    identity = InternalClient(settings.identity_url, Credentials(settings, NAME))
    links = LinksOfIdentity(identity, settings.portal_url)
    return MailSender(database, settings, links, Renderer(settings.portal_url), MailServer(settings))


SERVICE = Service(
    name=NAME,
    settings=Settings,
    routes=[personal_data.routes],
    metadata=Base.metadata,
    resources=no_resources,
    handlers=HANDLERS,
    read_models=ReadModels([Recipient], PROJECTIONS),
    loops=lambda settings, database: [mail_sender(settings, database), MailPruner(database, settings)],
)
