"""HTTP routes of a person's own data (A-15)."""

from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading
from chassis.web.routes import Routes
from services.structures.models.structures import Structure
from services.structures.queries import personal_data
from services.structures.queries.personal_data import PersonalData
from services.structures.schemas import personal_data as schemas

routes = Routes("personal data", description="A person's own data, and what stands in the way of their end")


@routes.get("/personal-data", guard=PERSON)
@routes.response(200, schemas.PersonalData)
def get_personal_data() -> PersonalData:
    """Return everything that structures keep of the person who is calling."""
    with reading() as session:
        return personal_data.of_account(session, person())


@routes.get("/personal-data/obstacles", guard=PERSON)
@routes.response(200, schemas.Obstacles)
def list_erasure_obstacles() -> dict[str, list[Structure]]:
    """List active structures that only the caller manages: someone else has to before the account can be erased."""
    with reading() as session:
        return {"items": list(personal_data.managed_alone(session, person()))}
