"""The notifier's own route. Its API process also answers health and feed, which every service has."""

from typing import Any

from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading
from chassis.web.routes import Routes
from services.notifier import personal_data, schemas

routes = Routes("notifier", description="Mails and their tries.")


@routes.get("/personal-data", guard=PERSON)
@routes.response(200, schemas.PersonalData)
def get_personal_data() -> dict[str, Any]:
    """Everything that the notifier keeps of the person who is calling (A-15)"""
    with reading() as session:
        return personal_data.of(session, person())
