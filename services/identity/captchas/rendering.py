"""Rendering of captchas as image and speech (A-03)."""

import secrets
from pathlib import Path

from captcha.image import ImageCaptcha

from services.identity.captchas.speech import Speaker

ALPHABET = "234589FHKLMRTXY"
"""Characters that neither look alike nor, said in French, sound alike. Each has a folder in voices/."""

LENGTH = 5
WIDTH, HEIGHT = 240, 90
INK, PAPER = (255, 255, 255, 255), (20, 35, 80)
"""Light ink on dark paper: the library draws an ink the more faintly the darker it is."""

OVERLAP = 0.1
"""Overlap of neighbouring characters, as a part of their width."""


class CaptchaRenderer:
    def __init__(self, sandbox_answer: str | None = None) -> None:
        """`sandbox_answer`: the answer of every captcha, for systems that no stranger reaches."""
        self._sandbox_answer = sandbox_answer
        self._painter = ImageCaptcha(width=WIDTH, height=HEIGHT)
        self._painter.word_offset_dx = OVERLAP
        self._speaker = Speaker(Path(__file__).parent / "voices")

    def new_answer(self) -> str:
        return self._sandbox_answer or "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))

    def image(self, answer: str) -> bytes:
        """Return a PNG."""
        return bytes(self._painter.generate(answer, bg_color=PAPER, fg_color=INK).getvalue())

    def audio(self, answer: str) -> bytes:
        """Return a WAV of about ten seconds."""
        return self._speaker.say(answer)


def is_drawable(text: str) -> bool:
    """Return whether `text` can be drawn and spoken."""
    return len(text) == LENGTH and set(text) <= set(ALPHABET)
