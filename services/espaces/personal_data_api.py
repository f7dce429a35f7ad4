"""The HTTP route of a person's own data (A-15)."""

from typing import Any

from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading
from chassis.web.routes import Routes
from services.espaces import personal_data, personal_data_schemas

routes = Routes("personal data", description="A person's own data")


@routes.get("/personal-data", guard=PERSON)
@routes.response(200, personal_data_schemas.PersonalData)
def get_personal_data() -> dict[str, Any]:
    """Everything that espaces keep of the person who is calling"""
    with reading() as session:
        return personal_data.of(session, person())
