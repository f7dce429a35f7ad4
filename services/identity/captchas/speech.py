"""Speech of captchas (A-03): recordings that are never twice the same.

A sound is an image one sample high: Pillow stretches, mixes and disturbs it in C, some forty times as fast as loops
over samples, and so without holding up the requests of other people.
"""

import io
import random
import wave
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageChops

RATE = 8000
"""Samples a second, of eight bits; silence is 128."""
SILENCE = 128
GRAIN, HOP = 400, 200
"""Samples of a piece that is moved as it is when speech is made slower, and between the beginnings of two."""
PITCH, TEMPO, LEVEL = (0.82, 1.22), (0.88, 1.3), (0.7, 1.0)
PAUSE_SECONDS, NOISE, BABBLE = (0.7, 2.0), (4.0, 9.0), (0.12, 0.3)
"""Ranges that each is drawn from anew, for each character. What is beyond is hard to understand."""

Sound = Image.Image
_random = random.SystemRandom()


class Speaker:
    def __init__(self, folder: Path) -> None:
        """`folder`: a folder of recordings for each character."""
        self._voices: Mapping[str, list[Sound]] = {
            character.name: [_recorded(path) for path in sorted(character.glob("*.wav"))]
            for character in folder.iterdir()
            if character.is_dir()
        }

    def say(self, text: str) -> bytes:
        """Return a WAV."""
        said = [self._said(character) for character in text]
        pauses = [_samples(PAUSE_SECONDS) for _ in range(len(said) + 1)]
        whole = self._background(sum(pauses) + sum(sound.width for sound in said))
        at = 0
        for pause, sound in zip(pauses, said, strict=False):
            at += pause
            _mix(whole, sound, at)
            at += sound.width
        return _wav(whole)

    def _said(self, character: str) -> Sound:
        voice = _random.choice(self._voices[character])
        return _louder(_slower(_lower(voice, _within(PITCH)), _within(TEMPO)), _within(LEVEL))

    def _background(self, length: int) -> Sound:
        """Return noise, and voices backwards and low."""
        noise, at = Image.effect_noise((length, 1), _within(NOISE)), 0
        while at < length:
            voice = _random.choice(self._voices[_random.choice(list(self._voices))])
            backwards = voice.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            _mix(noise, _louder(_lower(backwards, _within(PITCH)), _within(BABBLE)), at)
            at += backwards.width + _samples((0.0, 0.2))
        return noise


def _within(bounds: tuple[float, float]) -> float:
    return _random.uniform(*bounds)


def _samples(seconds: tuple[float, float]) -> int:
    return int(_within(seconds) * RATE)


def _lower(sound: Sound, by: float) -> Sound:
    """Return the sound `by` times as long, and as low."""
    return sound.resize((max(GRAIN, round(sound.width * by)), 1), Image.Resampling.BILINEAR)


def _slower(sound: Sound, by: float) -> Sound:
    """Return the sound `by` times as long, at the same pitch: overlapping grains, each faded in over the one before."""
    longer = Image.new("L", (round(sound.width * by), 1), SILENCE)
    fade = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize((HOP, 1))
    mask = Image.new("L", (GRAIN, 1), 255)
    mask.paste(fade, (0, 0))
    for at in range(0, longer.width, HOP):
        begin = min(round(at / by), sound.width - GRAIN)
        longer.paste(sound.crop((begin, 0, begin + GRAIN, 1)), (at, 0), mask)
    return longer


def _louder(sound: Sound, by: float) -> Sound:
    return sound.point([round(SILENCE + (value - SILENCE) * by) for value in range(256)])


def _mix(whole: Sound, sound: Sound, at: int) -> None:
    """Add a sound to the whole; what is beyond its end is cut off."""
    box = (at, 0, min(at + sound.width, whole.width), 1)
    both = ImageChops.add(whole.crop(box), sound.crop((0, 0, box[2] - at, 1)), offset=-SILENCE)
    whole.paste(both, box)


def _recorded(path: Path) -> Sound:
    with wave.open(str(path)) as recording:
        frames = recording.readframes(recording.getnframes())
    return Image.frombytes("L", (len(frames), 1), frames)


def _wav(sound: Sound) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(1)
        target.setframerate(RATE)
        target.writeframes(sound.tobytes())
    return file.getvalue()
