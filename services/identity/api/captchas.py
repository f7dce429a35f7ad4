"""Captchas (A-03). Refreshing one is asking for another."""

import uuid
from typing import Any

from flask import Response

from chassis.web.guards import PUBLIC
from chassis.web.request_context import writing
from chassis.web.routes import Routes
from services.identity import errors, queries, schemas, use_cases
from services.identity.api.edge import never_stored, resources, spend
from services.identity.models import Captcha

BINARY = {"type": "string", "format": "binary"}

routes = Routes("captchas", description="A question that only a person can answer, to see or to hear.")


@routes.post("/captchas", guard=PUBLIC, refuses=[errors.TooManyRequests])
@routes.response(201, schemas.NewCaptcha)
def create_captcha() -> dict[str, Any]:
    """Make a captcha, good for one answer within ten minutes"""
    with writing() as session:
        spend(session, resources().limits.captchas)
        captcha: Captcha = use_cases.new_captcha(session, resources().captchas.new_answer())
        return {"captcha_id": captcha.id, "expires_at": captcha.expires_at}


@routes.get("/captchas/<uuid:captcha_id>/image", guard=PUBLIC, refuses=[errors.CaptchaUnknown, errors.TooManyRequests])
@routes.response(200, BINARY, content_type="image/png")
def get_captcha_image(captcha_id: uuid.UUID) -> Response:
    """The captcha's characters, drawn"""
    return _answered(resources().captchas.image(_answer(captcha_id)), "image/png")


@routes.get("/captchas/<uuid:captcha_id>/audio", guard=PUBLIC, refuses=[errors.CaptchaUnknown, errors.TooManyRequests])
@routes.response(200, BINARY, content_type="audio/wav")
def get_captcha_audio(captcha_id: uuid.UUID) -> Response:
    """The captcha's characters, spoken in French"""
    return _answered(resources().captchas.audio(_answer(captcha_id)), "audio/wav")


def _answer(captcha_id: uuid.UUID) -> str:
    """Drawing and speaking are work, and one captcha can be asked for again and again."""
    with writing() as session:
        spend(session, resources().limits.captchas_shown)
        return queries.captcha_answer(session, captcha_id)


def _answered(body: bytes, media_type: str) -> Response:
    return never_stored(Response(body, mimetype=media_type))
