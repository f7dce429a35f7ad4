"""Captchas to see and to hear."""

import io
import wave
from pathlib import Path

import pytest
from PIL import Image

import services.identity
from services.identity.captchas import rendering
from services.identity.captchas.rendering import ALPHABET, HEIGHT, LENGTH, WIDTH, CaptchaRenderer

VOICES = Path(services.identity.__file__).parent / "captchas" / "voices"
MOST_BYTES_OF_VOICES = 400_000


def test_an_answer_is_five_characters_of_the_alphabet() -> None:
    answers = {CaptchaRenderer().new_answer() for _ in range(50)}

    assert len(answers) > 40
    assert all(rendering.is_drawable(answer) for answer in answers)


@pytest.mark.parametrize(
    "alike", ["0OQD", "17IJL", "2Z", "5S", "6G", "8B", "UV", "VY", "MN", "BCDGPTV", "FS", "6X", "KQ"]
)
def test_of_characters_that_look_or_sound_alike_only_one_is_used(alike: str) -> None:
    assert len(set(ALPHABET) & set(alike)) <= 1


@pytest.mark.parametrize("character", ALPHABET)
def test_every_character_can_be_said_in_the_format_that_is_mixed(character: str) -> None:
    voices = sorted((VOICES / character).glob("*.wav"))

    assert len(voices) == 2
    for voice in voices:
        with wave.open(str(voice)) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 1)
            assert 0.15 < sound.getnframes() / 8000 < 1.5


def test_the_voices_are_small() -> None:
    assert sum(path.stat().st_size for path in VOICES.rglob("*.wav")) < MOST_BYTES_OF_VOICES


def test_the_image_is_a_png_that_differs_each_time() -> None:
    captchas = CaptchaRenderer()

    first, second = captchas.image("HK9LM"), captchas.image("HK9LM")

    assert Image.open(io.BytesIO(first)).size == (WIDTH, HEIGHT)
    assert first != second


def test_the_audio_is_a_wave_of_some_seconds() -> None:
    spoken = CaptchaRenderer().audio("HK9LM")

    with wave.open(io.BytesIO(spoken)) as sound:
        assert 4 < sound.getnframes() / sound.getframerate() < 40


def test_a_sandbox_has_one_answer_for_every_captcha() -> None:
    assert CaptchaRenderer("HK9LM").new_answer() == "HK9LM"


@pytest.mark.parametrize("text", ["", "HK9L", "HK9LMM", "hk9lm", "HK90M"])
def test_what_cannot_be_drawn_and_said_is_no_answer(text: str) -> None:
    assert not rendering.is_drawable(text)
    assert LENGTH == 5
