"""Sign-up (A-01)."""

from chassis.web.guards import PUBLIC
from chassis.web.routes import Routes
from services.identity.api import bounds
from services.identity.api.bodies import SignUpBody
from services.identity.errors.captchas import CaptchaExpired, CaptchaWrong
from services.identity.errors.throttling import TooManyRequests
from services.identity.flows import captcha, sign_up
from services.identity.schemas.accounts import SignUp
from services.identity.schemas.common import Nothing
from services.identity.web import current_request

routes = Routes("accounts", description="People's accounts.")

NO_DETAILS = frozenset({"login_email", "captcha_id", "captcha_answer"})


@routes.post("/accounts", guard=PUBLIC, refuses=[CaptchaWrong, CaptchaExpired, TooManyRequests], bounds=bounds.SIGN_UPS)
@routes.arguments(SignUp)
@routes.response(202, Nothing)
def create_account(body: SignUpBody) -> dict[str, object]:
    """Sign up: the answer is the same for a known address, whose holder is written to"""
    captcha.check(current_request.resources().limits.sign_ups, body["captcha_id"], body["captcha_answer"])
    details = {name: value for name, value in body.items() if name not in NO_DETAILS}
    sign_up.register(body["login_email"], details | {"contact_email": body["contact_email"] or body["login_email"]})
    return {}
