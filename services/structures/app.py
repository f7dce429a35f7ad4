"""Declaration of the structures service."""

from chassis.events.read_models import ReadModels
from chassis.ground.loops import Loop
from chassis.processes.service import Service
from chassis.storage.database import Database
from services.structures import resources
from services.structures.api import attachments, personal_data, structures
from services.structures.flows.verifier import Verifier
from services.structures.handlers import HANDLERS, PROJECTIONS
from services.structures.models.base import Base
from services.structures.models.read_models import Person
from services.structures.settings import Settings


def _loops(settings: Settings, database: Database) -> list[Loop]:
    available = resources.build(settings)
    directory = available.directory_for(database)
    return [Verifier(database, directory, admit_unknown=settings.admit_fictive_sirets)]


SERVICE = Service(
    name=resources.NAME,
    settings=Settings,
    routes=[structures.routes, attachments.routes, personal_data.routes],
    followers=frozenset({"espaces", "notifier"}),
    metadata=Base.metadata,
    handlers=HANDLERS,
    read_models=ReadModels([Person], PROJECTIONS),
    resources=resources.build,
    loops=_loops,
)
