"""The captcha's image and sound, passed on from identity: the browser only talks to the portal."""

from flask import Response

from gateway.clients import clients
from gateway.clients.base import Answer
from gateway.portal.blueprint import portal


@portal.get("/captcha/<uuid:captcha_id>/image")
def captcha_image(captcha_id: object) -> Response:
    return _passed_on(clients().identity.captcha_image(str(captcha_id)))


@portal.get("/captcha/<uuid:captcha_id>/audio")
def captcha_audio(captcha_id: object) -> Response:
    return _passed_on(clients().identity.captcha_audio(str(captcha_id)))


def _passed_on(answer: Answer) -> Response:
    return Response(answer.body, answer.status, content_type=answer.content_type)
