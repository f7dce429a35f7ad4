"""Captchas (A-03): the part of a form that asks for one, and its image and sound, passed on from identity, since the
browser only talks to the portal."""

import time
import uuid
from datetime import datetime
from http import HTTPStatus

from flask import Response, request
from wtforms import HiddenField

from gateway.clients.errors import ServiceRefusal
from gateway.clients.service_client import ServiceResponse
from gateway.clients.services import services
from gateway.portal.blueprint import portal
from gateway.portal.forms import PortalForm, text

ANOTHER_IMAGE = "autre_image"


class CaptchaForm(PortalForm):
    """A form that a program must not send. What the browser keeps of the captcha says nothing of its answer."""

    captcha_id = HiddenField()
    captcha_until = HiddenField()
    """Seconds since 1970: an image that has expired cannot be shown again."""
    captcha_answer = text(
        "Caractères de l'image",
        "Recopiez les caractères de l'image.",
        hint="5 caractères. Vous pouvez aussi les écouter.",
        autocomplete="off",
        autocapitalize="off",
        spellcheck="false",
    )

    def sent_and_complete(self) -> bool:
        """Before the form is sent, and for another image, everything is kept but the captcha."""
        if request.method == "GET":
            self.new_captcha()
            return False
        complete = not self.asks_for_another_image() and super().sent_and_complete()
        if not complete and (self.asks_for_another_image() or not self._can_be_shown_again()):
            self._replace_captcha()
        return complete

    def asks_for_another_image(self) -> bool:
        return ANOTHER_IMAGE in request.form

    def blame(self, refusal: ServiceRefusal) -> None:
        """A captcha that was answered is burnt; before that, input was refused, or nobody answered."""
        super().blame(refusal)
        was_answered = refusal.code != "invalid_input" and refusal.status < HTTPStatus.INTERNAL_SERVER_ERROR
        if was_answered or not self._can_be_shown_again():
            self._replace_captcha()

    def new_captcha(self) -> None:
        """An answer is good for one image only."""
        captcha = services().identity.new_captcha()
        self.captcha_id.data = captcha["captcha_id"]
        self.captcha_until.data = str(int(datetime.fromisoformat(captcha["expires_at"]).timestamp()))
        self.captcha_answer.data = ""

    def _replace_captcha(self) -> None:
        """Nothing that was typed is lost while identity does not answer."""
        try:
            self.new_captcha()
        except ServiceRefusal as refusal:
            if not self.is_unanswered():
                super().blame(refusal)

    def _can_be_shown_again(self) -> bool:
        try:
            uuid.UUID(self.captcha_id.data or "")
            return int(self.captcha_until.data or "") > time.time()
        except ValueError:
            return False


@portal.get("/captcha/<uuid:captcha_id>/image")
def captcha_image(captcha_id: object) -> Response:
    return _passed_on(services().identity.captcha_image(str(captcha_id)))


@portal.get("/captcha/<uuid:captcha_id>/audio")
def captcha_audio(captcha_id: object) -> Response:
    return _passed_on(services().identity.captcha_audio(str(captcha_id)))


def _passed_on(answer: ServiceResponse) -> Response:
    return Response(answer.body, answer.status, content_type=answer.content_type)
