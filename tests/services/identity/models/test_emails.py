"""When two addresses are the same account."""

import pytest

from services.identity.models import emails


@pytest.mark.parametrize(
    "typed",
    ["Camille.Moreau@Exemple.fr", "camille.moreau@EXEMPLE.FR", " camille.moreau@exemple.fr".strip()],
)
def test_an_address_is_compared_without_case(typed: str) -> None:
    assert emails.login_email(typed) == "camille.moreau@exemple.fr"


def test_accents_typed_in_one_or_in_two_characters_are_the_same_address() -> None:
    assert emails.login_email("ame\u0301lie@exemple.fr") == emails.login_email("am\u00e9lie@exemple.fr")


def test_a_domain_in_unicode_and_in_ascii_is_the_same_address() -> None:
    assert emails.login_email("camille@société.fr") == emails.login_email("camille@xn--socit-esab.fr")


def test_two_domains_that_idna_tells_apart_stay_two_accounts() -> None:
    assert emails.login_email("camille@faß.de") != emails.login_email("camille@fass.de")


def test_normalising_twice_changes_nothing() -> None:
    once = emails.login_email("STRASSE.İmre@Exemple.FR")

    assert emails.login_email(once) == once


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="@"):
        emails.login_email("camille")


@pytest.mark.parametrize(
    "address",
    [
        "c\u0430mille@exemple.fr",  # a Cyrillic a
        "camille@ex\u0435mple.fr",  # a Cyrillic e
        "camille@xn--exmple-4of.fr",  # the same domain as DNS has it
        "\uff43amille@exemple.fr",  # a full-width c
        "cam\u0131lle@exemple.fr",  # a dotless i
        "camil\u2113e@exemple.fr",
        "camille@exemp1e.fr",
    ],
)
def test_an_address_that_only_looks_the_same_is_another(address: str) -> None:
    assert emails.login_email(address) != "camille@exemple.fr"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("straße@exemple.fr", "strasse@exemple.fr"),
        ("ﬁn@exemple.fr", "fin@exemple.fr"),
        ("\u017ft@exemple.fr", "st@exemple.fr"),
        ("\u00b5@exemple.fr", "\u03bc@exemple.fr"),
        ("camille@\u0441\u043e\u043c.fr", "camille@com.fr"),
    ],
)
def test_two_mailboxes_whose_names_fold_to_one_stay_two_accounts(one: str, other: str) -> None:
    assert emails.login_email(one) != emails.login_email(other)


@pytest.mark.parametrize(
    "typed", ["CAMILLE@EXEMPLE.FR", "camille@\uff25xemple\uff0efr", "camille@exemple\u3002fr", "Camille@EXEMPLE.fr"]
)
def test_an_address_typed_on_another_keyboard_is_the_same(typed: str) -> None:
    assert emails.login_email(typed) == "camille@exemple.fr"


@pytest.mark.parametrize("typed", ["camille@exemple.fr.", "camille\uff20exemple.fr", "camille@xn--a.fr"])
def test_what_could_be_taken_for_two_addresses_is_none(typed: str) -> None:
    with pytest.raises(ValueError, match=r"email|@"):
        emails.login_email(typed)


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("AME\u0301LIE@XN--SOCIT-ESAB.FR", "amélie@société.fr"),
        ("AME\u0301LIE", "amélie"),
        ("@Société", "@société"),
        ("stra\u00dfe", "stra\u00dfe"),
    ],
)
def test_a_search_looks_for_the_form_that_is_kept(typed: str, sought: str) -> None:
    assert emails.search_term(typed) == sought
