"""History of the account of the person who is calling."""

from collections.abc import Mapping

from chassis.storage.keyset import Page, PageQuery
from chassis.web.guards import PERSON
from chassis.web.request_context import person, reading
from chassis.web.routes import Routes
from services.identity.queries import history
from services.identity.schemas.history import HistoryPage

routes = Routes("history", description="What happened to an account that its holder may want to know.")


@routes.get("/history", guard=PERSON)
@routes.arguments(PageQuery, location="query")
@routes.response(200, HistoryPage)
def get_my_history(query: Mapping[str, object]) -> Page:
    """List the history of the person who is calling, the newest first"""
    with reading() as session:
        return history.page(session, person(), query)
