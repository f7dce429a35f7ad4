"""Sign-up (A-01)."""

from typing import Any

from chassis.web.guards import PUBLIC
from chassis.web.routes import Routes
from services.identity.errors.captchas import CaptchaWrong
from services.identity.errors.throttling import TooManyRequests
from services.identity.flows import captcha, sign_up
from services.identity.schemas.accounts import SignUp
from services.identity.schemas.common import Nothing
from services.identity.web import current_request

routes = Routes("accounts", description="People's accounts.")


@routes.post("/accounts", guard=PUBLIC, refuses=[CaptchaWrong, TooManyRequests])
@routes.arguments(SignUp)
@routes.response(202, Nothing)
def create_account(body: dict[str, Any]) -> dict[str, Any]:
    """Sign up: the answer is the same for a known address, whose holder is written to"""
    captcha.check(current_request.resources().limits.sign_ups, body.pop("captcha_id"), body.pop("captcha_answer"))
    address = body.pop("login_email")
    sign_up.register(address, {**body, "contact_email": body["contact_email"] or address})
    return {}
