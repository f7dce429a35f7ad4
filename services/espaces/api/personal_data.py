"""HTTP route of a person's own data (A-15)."""

from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading
from chassis.web.routes import Routes
from services.espaces.queries import personal_data
from services.espaces.queries.personal_data import PersonalData
from services.espaces.schemas import personal_data as schemas

routes = Routes("personal data", description="A person's own data")


@routes.get("/personal-data", guard=PERSON)
@routes.response(200, schemas.PersonalData)
def get_personal_data() -> PersonalData:
    """Return everything that espaces keep of the person who is calling."""
    with reading() as session:
        return personal_data.of_account(session, person())
