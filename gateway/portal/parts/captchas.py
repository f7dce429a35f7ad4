"""Captchas (A-03): their part of a form, their image and their sound.

Both are passed on from identity, because the browser talks to the portal only.
"""

import time
import uuid
from datetime import datetime
from http import HTTPStatus

from flask import Response, request
from wtforms import HiddenField

from gateway.clients.errors import ServiceRefusal
from gateway.clients.service_client import ServiceResponse
from gateway.clients.services import services
from gateway.portal.frame.blueprint import portal
from gateway.portal.frame.forms import PortalForm, text

ANOTHER_IMAGE = "autre_image"


class CaptchaForm(PortalForm):
    """Form that a program must not send. Its hidden fields identify the captcha and do not reveal the answer."""

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

    def validate_on_submit(self, extra_validators: object = None) -> bool:
        """Validate the form, and replace the captcha when another is needed; all other input is preserved."""
        if request.method == "GET":
            self.new_captcha()
            return False
        valid = not self.asks_for_another_image() and bool(super().validate_on_submit(extra_validators))
        if not valid and (self.asks_for_another_image() or not self._can_be_shown_again()):
            self._replace_captcha()
        return valid

    def asks_for_another_image(self) -> bool:
        return ANOTHER_IMAGE in request.form

    def add_refusal(self, refusal: ServiceRefusal) -> None:
        super().add_refusal(refusal)
        # Identity consumes a captcha when it checks its answer. Before that it refuses malformed input (and a failing
        # service checks nothing), so the image on the page is still good.
        was_consumed = refusal.code != "invalid_input" and refusal.status < HTTPStatus.INTERNAL_SERVER_ERROR
        if was_consumed or not self._can_be_shown_again():
            self._replace_captcha()

    def new_captcha(self) -> None:
        captcha = services().identity.new_captcha()
        self.captcha_id.data = captcha["captcha_id"]
        self.captcha_until.data = str(int(datetime.fromisoformat(captcha["expires_at"]).timestamp()))
        # An answer is good for one image only.
        self.captcha_answer.data = ""

    def _replace_captcha(self) -> None:
        """Ask for another captcha. While identity does not answer, show that at the form, so that no input is lost."""
        try:
            self.new_captcha()
        except ServiceRefusal as refusal:
            if not self.is_unanswered():
                super().add_refusal(refusal)

    def _can_be_shown_again(self) -> bool:
        try:
            # Both come back from the browser and may be tampered with; the image's address takes a UUID only.
            uuid.UUID(self.captcha_id.data or "")
            return int(self.captcha_until.data or "") > time.time()
        except ValueError:
            return False


@portal.get("/captcha/<uuid:captcha_id>/image")
def captcha_image(captcha_id: uuid.UUID) -> Response:
    return _passed_on(services().identity.captcha_image(str(captcha_id)))


@portal.get("/captcha/<uuid:captcha_id>/audio")
def captcha_audio(captcha_id: uuid.UUID) -> Response:
    return _passed_on(services().identity.captcha_audio(str(captcha_id)))


def _passed_on(answer: ServiceResponse) -> Response:
    return Response(answer.body, answer.status, content_type=answer.content_type)
