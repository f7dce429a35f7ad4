"""Signing up (A-01)."""

from typing import Any

from chassis.web.guards import PUBLIC
from chassis.web.routes import Routes
from services.identity import errors, schemas, use_cases
from services.identity.api.edge import evenly, origin, resources, spend, writing_unnoticed
from services.identity.emails import login_email

routes = Routes("accounts", description="People's accounts.")


@routes.post("/accounts", guard=PUBLIC, refuses=[errors.CaptchaWrong, errors.TooManyRequests])
@routes.arguments(schemas.SignUp)
@routes.response(202, schemas.Nothing)
def create_account(body: dict[str, Any]) -> dict[str, Any]:
    """Sign up: the answer is the same for a known address, whose holder is written to"""
    with writing_unnoticed() as session:
        spend(session, resources().limits.sign_ups)
        right = use_cases.answer_captcha(session, body.pop("captcha_id"), body.pop("captcha_answer"))
    if not right:
        raise errors.CaptchaWrong(field="captcha_answer")
    address = body.pop("login_email")
    details = {**body, "contact_email": body["contact_email"] or address}
    with evenly("sign_ups"), writing_unnoticed() as session:
        use_cases.sign_up(session, login_email(address), details, origin())
    return {}
