"""When two addresses are the same account."""

import pytest

from services.identity.emails import login_email


@pytest.mark.parametrize(
    "typed",
    ["Camille.Moreau@Exemple.fr", "camille.moreau@EXEMPLE.FR", " camille.moreau@exemple.fr".strip()],
)
def test_an_address_is_compared_without_case(typed: str) -> None:
    assert login_email(typed) == "camille.moreau@exemple.fr"


def test_accents_typed_in_one_or_in_two_characters_are_the_same_address() -> None:
    assert login_email("ame\u0301lie@exemple.fr") == login_email("am\u00e9lie@exemple.fr")


def test_a_domain_in_unicode_and_in_ascii_is_the_same_address() -> None:
    assert login_email("camille@société.fr") == login_email("camille@xn--socit-esab.fr")


def test_two_domains_that_idna_tells_apart_stay_two_accounts() -> None:
    assert login_email("camille@faß.de") != login_email("camille@fass.de")


def test_normalising_twice_changes_nothing() -> None:
    once = login_email("STRASSE.İmre@Exemple.FR")

    assert login_email(once) == once


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="@"):
        login_email("camille")
