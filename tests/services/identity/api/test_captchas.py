"""Captchas over HTTP."""

import uuid
from datetime import timedelta

import pytest
import time_machine

from chassis.ground.clock import now
from services.identity.models.captchas import Captcha
from tests.services.identity.builders import ANSWER, Identity, refusal

pytestmark = pytest.mark.both_databases


def test_an_unknown_captcha_has_neither_image_nor_audio(identity: Identity) -> None:
    for kind in ("image", "audio"):
        answer = identity.client.get(f"/captchas/{uuid.uuid4()}/{kind}")

        assert refusal(answer) == (404, "captcha_unknown")


@pytest.mark.parametrize("number", ["1", "x", "%00", "%F0%9F%90%84"])
def test_what_is_no_captchas_number_is_not_found(identity: Identity, number: str) -> None:
    assert refusal(identity.client.get(f"/captchas/{number}/image")) == (404, "not_found")


def test_a_captcha_is_not_shown_after_ten_minutes(identity: Identity) -> None:
    captcha_id = identity.captcha()

    with time_machine.travel(now() + timedelta(minutes=10)):
        answer = identity.client.get(f"/captchas/{captcha_id}/image")

    assert refusal(answer) == (404, "captcha_unknown")


def test_a_used_captcha_is_not_shown(identity: Identity) -> None:
    captcha_id = identity.captcha()
    identity.sign_up(captcha_id=captcha_id)

    assert identity.client.get(f"/captchas/{captcha_id}/audio").status_code == 404


@pytest.mark.parametrize(
    ("kind", "media_type", "head"), [("image", "image/png", b"\x89PNG"), ("audio", "audio/wav", b"RIFF")]
)
def test_a_captcha_can_be_seen_and_heard_and_no_cache_keeps_it(
    identity: Identity, kind: str, media_type: str, head: bytes
) -> None:
    answer = identity.client.get(f"/captchas/{identity.captcha()}/{kind}")

    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.data.startswith(head)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_captcha_says_until_when_it_is_good_and_not_its_answer(identity: Identity) -> None:
    answer = identity.post("/captchas")

    assert answer.status_code == 201
    assert sorted(answer.get_json()) == ["captcha_id", "expires_at"]
    assert ANSWER not in answer.text


def test_expired_captchas_are_forgotten(identity: Identity) -> None:
    identity.captcha()
    with time_machine.travel(now() + timedelta(minutes=10)):
        latest = identity.captcha()

    with identity.service.database.reading() as session:
        assert [str(captcha.id) for captcha in session.query(Captcha)] == [latest]
