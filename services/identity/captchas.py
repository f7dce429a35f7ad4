"""Drawing and speaking the characters of a captcha (A-03)."""

import secrets
from pathlib import Path

from captcha.audio import AudioCaptcha
from captcha.image import ImageCaptcha

ALPHABET = "2345789FHKLMRTXY"
"""Characters that neither look alike nor, said in French, sound alike. Each has a folder in voices/."""

LENGTH = 5
WIDTH, HEIGHT = 240, 90
INK, PAPER = (20, 35, 80, 255), (250, 250, 250)
"""Dark on light: hard enough to read as it is."""


class Captchas:
    def __init__(self, sandbox_answer: str | None = None) -> None:
        """`sandbox_answer`: the answer of every captcha, for systems that no stranger reaches."""
        self._sandbox_answer = sandbox_answer
        self._painter = ImageCaptcha(width=WIDTH, height=HEIGHT)
        self._speaker = AudioCaptcha(voicedir=str(Path(__file__).parent / "voices"))
        self._speaker.load()

    def new_answer(self) -> str:
        return self._sandbox_answer or "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))

    def image(self, answer: str) -> bytes:
        """A PNG."""
        return bytes(self._painter.generate(answer, bg_color=PAPER, fg_color=INK).getvalue())

    def audio(self, answer: str) -> bytes:
        """A WAV of about ten seconds."""
        return bytes(self._speaker.generate(answer))


def is_answer(text: str) -> bool:
    """Whether `text` can be drawn and spoken."""
    return len(text) == LENGTH and set(text) <= set(ALPHABET)
