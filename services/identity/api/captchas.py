"""Captchas (A-03). Refreshing one means asking for another."""

import uuid

from flask import Response

from chassis.web.guards import PUBLIC
from chassis.web.request_context import writing
from chassis.web.routes import Routes
from services.identity.api import responses
from services.identity.errors.captchas import CaptchaUnknown
from services.identity.errors.throttling import TooBusy, TooManyRequests
from services.identity.flows import captcha
from services.identity.models.captchas import Captcha
from services.identity.schemas.accounts import NewCaptcha
from services.identity.use_cases import captchas
from services.identity.web import current_request

BINARY = {"type": "string", "format": "binary"}

routes = Routes("captchas", description="A question that only a person can answer, to see or to hear.")


@routes.post("/captchas", guard=PUBLIC, refuses=[TooManyRequests])
@routes.response(201, NewCaptcha)
def create_captcha() -> dict[str, object]:
    """Make a captcha, good for one answer within ten minutes"""
    with writing() as session:
        current_request.count(session, current_request.resources().limits.captchas)
        created: Captcha = captchas.create(session, current_request.resources().captchas.new_answer())
        return {"captcha_id": created.id, "expires_at": created.expires_at}


@routes.get("/captchas/<uuid:captcha_id>/image", guard=PUBLIC, refuses=[CaptchaUnknown, TooManyRequests, TooBusy])
@routes.response(200, BINARY, content_type="image/png")
def get_captcha_image(captcha_id: uuid.UUID) -> Response:
    """Draw the captcha's characters"""
    return _answered(captcha.image(captcha_id), "image/png")


@routes.get("/captchas/<uuid:captcha_id>/audio", guard=PUBLIC, refuses=[CaptchaUnknown, TooManyRequests, TooBusy])
@routes.response(200, BINARY, content_type="audio/wav")
def get_captcha_audio(captcha_id: uuid.UUID) -> Response:
    """Speak the captcha's characters in French"""
    return _answered(captcha.audio(captcha_id), "audio/wav")


def _answered(body: bytes, media_type: str) -> Response:
    return responses.never_stored(Response(body, mimetype=media_type))
