"""What is stored sealed: nobody reads it without the key, or as another's (A-14)."""

import base64

import pytest

from services.identity.factors import encryption_at_rest
from services.identity.factors.encryption_at_rest import DecryptionFailed, Encryptor

SECRET = "JBSWY3DPEHPK3PXP"
OLD, NEW = encryption_at_rest.new_encryption_key(), encryption_at_rest.new_encryption_key()


@pytest.mark.parametrize(
    "keys",
    ["", " ", "short", "é" * 43, OLD[:-2], f"{OLD} {OLD}", f"{OLD} no-key"],
    ids=["none", "blank", "short", "not ASCII", "cut off", "twice the same", "one that is none"],
)
def test_only_whole_and_different_keys_are_taken(keys: str) -> None:
    with pytest.raises(ValueError):
        Encryptor(keys)


def test_what_is_sealed_is_read_again_and_shows_nothing() -> None:
    sealed = Encryptor(NEW).encrypt(SECRET, "account 41")

    assert Encryptor(NEW).decrypt(sealed, "account 41") == SECRET
    assert SECRET not in sealed
    assert SECRET.encode() not in base64.urlsafe_b64decode(sealed.partition(".")[2])


def test_the_same_secret_never_looks_the_same() -> None:
    encryptor = Encryptor(NEW)

    assert encryptor.encrypt(SECRET, "account 41") != encryptor.encrypt(SECRET, "account 41")


def test_what_belongs_to_one_account_cannot_be_opened_as_another_s() -> None:
    encryptor = Encryptor(NEW)
    sealed = encryptor.encrypt(SECRET, "account 41")

    with pytest.raises(DecryptionFailed):
        encryptor.decrypt(sealed, "account 42")


@pytest.mark.parametrize("broken", ["", "no point", ".", "00000000.AAAA", "nothing.é"])
def test_what_was_never_sealed_is_not_opened(broken: str) -> None:
    with pytest.raises(DecryptionFailed):
        Encryptor(NEW).decrypt(broken, "account 41")


def test_a_changed_seal_is_broken() -> None:
    encryptor = Encryptor(NEW)
    name, _, encoded = encryptor.encrypt(SECRET, "account 41").partition(".")
    raw = bytearray(base64.urlsafe_b64decode(encoded))
    raw[20] ^= 1

    with pytest.raises(DecryptionFailed):
        encryptor.decrypt(f"{name}.{base64.urlsafe_b64encode(raw).decode()}", "account 41")


def test_with_a_new_key_in_front_the_old_one_still_opens_and_no_longer_seals() -> None:
    sealed = Encryptor(OLD).encrypt(SECRET, "account 41")
    rotated = Encryptor(f"{NEW}\n{OLD}\n")

    assert rotated.decrypt(sealed, "account 41") == SECRET
    assert not rotated.uses_newest_key(sealed)
    assert rotated.uses_newest_key(rotated.encrypt(SECRET, "account 41"))
    with pytest.raises(DecryptionFailed):
        Encryptor(OLD).decrypt(rotated.encrypt(SECRET, "account 41"), "account 41")
