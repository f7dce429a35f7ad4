"""Signing up, and one's own account."""

from typing import Any

from chassis.guards import PERSON, PUBLIC
from chassis.web import Routes, fetching, person
from services.identity import errors, queries, schemas, use_cases
from services.identity.api.edge import origin, writing_unnoticed
from services.identity.emails import login_email

routes = Routes("accounts", description="People's accounts.")


@routes.post("/accounts", guard=PUBLIC, refuses=[errors.CaptchaWrong])
@routes.arguments(schemas.SignUp)
@routes.response(202, schemas.Nothing)
def create_account(body: dict[str, Any]) -> dict[str, Any]:
    """Sign up: the answer is the same for a known address, whose holder is written to"""
    with writing_unnoticed() as session:
        right = use_cases.answer_captcha(session, body.pop("captcha_id"), body.pop("captcha_answer"))
    if not right:
        raise errors.CaptchaWrong(field="captcha_answer")
    address = body.pop("login_email")
    details = {**body, "contact_email": body["contact_email"] or address}
    with writing_unnoticed() as session:
        use_cases.sign_up(session, login_email(address), details, origin())
    return {}


@routes.get("/accounts/me", guard=PERSON, refuses=[errors.AccountUnknown])
@routes.response(200, schemas.Account)
def get_my_account() -> Any:
    """The account of the person who is calling"""
    with fetching() as connection:
        return queries.account(connection, person())
