"""Captchas to hear: never twice the same, and not made of a small set (A-03)."""

import io
import wave
from pathlib import Path

import services.identity
from services.identity.captchas.speech import RATE, Speaker

VOICES = Path(services.identity.__file__).parent / "captchas" / "voices"
SPEAKER = Speaker(VOICES)


def samples(spoken: bytes) -> bytes:
    with wave.open(io.BytesIO(spoken)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 1, 1)
        return bytes(sound.readframes(sound.getnframes()))


def loudness(sound: bytes) -> float:
    return sum(abs(sample - 128) for sample in sound) / len(sound)


def test_the_same_text_is_never_said_twice_in_the_same_time() -> None:
    lengths = {len(samples(SPEAKER.say("HK9LM"))) for _ in range(30)}

    assert len(lengths) > 25
    assert all(4 < length / RATE < 25 for length in lengths)


def test_no_recording_is_heard_as_it_was_made() -> None:
    recordings = [samples(path.read_bytes()) for path in VOICES.rglob("*.wav")]
    spoken = samples(SPEAKER.say("HK9LM"))

    pieces = [recording[at : at + 40] for recording in recordings for at in range(400, len(recording) - 400, 400)]
    assert not any(piece in spoken for piece in pieces)


def test_characters_stand_out_from_what_is_behind_them() -> None:
    spoken = samples(SPEAKER.say("HK9LM"))
    tenths = sorted(loudness(spoken[at : at + RATE // 10]) for at in range(0, len(spoken) - RATE // 10, RATE // 10))

    assert tenths[-5] > 2 * tenths[len(tenths) // 4]
    assert tenths[0] > 1
