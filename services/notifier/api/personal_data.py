"""HTTP route of a person's own data (A-15). The API process also answers health and feed, as in every service."""

from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading
from chassis.web.routes import Routes
from services.notifier.queries import personal_data
from services.notifier.queries.personal_data import PersonalData
from services.notifier.schemas import personal_data as schemas

routes = Routes("notifier", description="Mails and their tries.")


@routes.get("/personal-data", guard=PERSON)
@routes.response(200, schemas.PersonalData)
def get_personal_data() -> PersonalData:
    """Return everything that the notifier keeps of the person who is calling (A-15)."""
    with reading() as session:
        return personal_data.of_account(session, person())
