"""Input: normalised, bounded, and refused with a code whatever it is."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from chassis.ground.schemas import MAX_ID, Schema, country, email_address, identifier, text


class Inner(Schema):
    note = text(5, lines=True)


class Everything(Schema):
    name = text(10)
    label = text(10, required=False)
    note = text(20, lines=True, required=False)
    login_email = email_address()
    email = email_address(required=False)
    country = country()
    number = identifier(required=True)
    tags = fields.List(text(3), load_default=list)
    inner = fields.List(fields.Nested(Inner), load_default=list)


GOOD: dict[str, Any] = {"name": "a", "login_email": "a@exemple.fr", "country": "FR", "number": 1}

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=12)  # with lone surrogates
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*Everything().fields, "note", "x"]), inner)
    ),
    max_leaves=12,
)


def loaded(**changes: Any) -> dict[str, Any]:
    result: dict[str, Any] = Everything().load({**GOOD, **changes})
    return result


def refusal(**changes: Any) -> Any:
    with pytest.raises(ValidationError) as refused:
        loaded(**changes)
    return refused.value.messages


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_no_json_value_does_more_than_be_refused(value: Any) -> None:
    try:
        Everything().load(value)
    except ValidationError as refused:
        assert refused.messages  # noqa: PT017 (either outcome is right, any other exception is not)


@settings(max_examples=150, deadline=None)
@given(field=st.sampled_from(list(Everything().fields)), value=JSON)
def test_no_value_of_one_field_does_more_than_be_refused(field: str, value: Any) -> None:
    try:
        loaded(**{field: value})
    except ValidationError as refused:
        assert list(refused.messages_dict) == [field]  # noqa: PT017


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_a_text_that_is_let_in_is_normalised_bounded_and_harmless(typed: str) -> None:
    try:
        name = loaded(name=typed)["name"]
    except ValidationError:
        return

    assert 1 <= len(name) <= 10
    assert name == unicodedata.normalize("NFC", name).strip()
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Camille ", "Camille"), ("Ele\u0301onore", "Eléonore"), ("\u00a0a\u00a0b", "a\u00a0b"), ("x" * 10, "x" * 10)],
)
def test_a_text_is_kept_as_it_was_meant(typed: str, kept: str) -> None:
    assert loaded(name=typed)["name"] == kept


@pytest.mark.parametrize(
    "bad", ["\x00", "\x1b[31m", "\x7f", "\u202e", "\u2066", "\u2028", "\ud800", "\uffff", "\n", "\t"]
)
def test_a_character_that_could_deceive_or_break_is_refused(bad: str) -> None:
    assert refusal(name=f"a{bad}b") == {"name": ["invalid_characters"]}


def test_lines_are_kept_where_a_text_may_have_some() -> None:
    assert loaded(note="one\r\ntwo\tthree")["note"] == "one\ntwo\tthree"
    assert refusal(note="a\x00b") == {"note": ["invalid_characters"]}


@pytest.mark.parametrize("field", ["label", "email", "note"])
@pytest.mark.parametrize("nothing", [None, "", "   "])
def test_a_text_that_may_be_left_out_is_none_however_it_was_left_out(field: str, nothing: str | None) -> None:
    assert loaded()[field] is None
    assert loaded(**{field: nothing})[field] is None


@pytest.mark.parametrize(
    "bad",
    ["a", "a@", "@b.fr", "a@b", "a b@c.fr", "a@[127.0.0.1]", "a@exemple..fr", f"{'a' * 250}@c.fr", "a@c.fr,b@c.fr"],
)
def test_what_is_no_address_is_refused(bad: str) -> None:
    assert refusal(login_email=bad, email=bad) == {"login_email": ["not_an_email"], "email": ["not_an_email"]}


@pytest.mark.parametrize("good", ["a.b+c@exemple.fr", "é@exemple.fr", "a@é.fr"])
def test_an_address_of_any_script_is_kept_as_typed(good: str) -> None:
    assert loaded(login_email=good)["login_email"] == good


@pytest.mark.parametrize("bad", [True, False, 4.0, 4.7, "four", "4.7", "-1", "", [], {}, float("nan"), "9" * 5000])
def test_what_is_no_whole_number_identifies_nothing(bad: Any) -> None:
    assert refusal(number=bad) == {"number": ["invalid"]}


@pytest.mark.parametrize("bad", [0, -1, MAX_ID + 1, 10**400, str(MAX_ID + 1)])
def test_a_number_that_no_row_has_is_out_of_range(bad: Any) -> None:
    assert refusal(number=bad) == {"number": ["out_of_range"]}


@pytest.mark.parametrize(("given", "number"), [(4, 4), ("4", 4), (MAX_ID, MAX_ID)])
def test_a_number_may_come_as_its_digits(given: Any, number: int) -> None:
    assert loaded(number=given)["number"] == number


@pytest.mark.parametrize("bad", ["fr", "FRA", "F", "F1", "FR\n FR", "ＦＲ", "UK", "ZZ", "EU", "XK"])
def test_what_is_no_country_code_is_refused(bad: str) -> None:
    assert refusal(country=bad)["country"] in (["not_a_country"], ["invalid_characters"])


def test_a_fault_deep_inside_is_named_by_its_place() -> None:
    assert refusal(tags=["abc", "abcd", None], inner=[{"note": "a"}, {"x": 1}, 3]) == {
        "tags": {1: ["too_long"], 2: ["required"]},
        "inner": {1: {"note": ["required"], "x": ["unknown_field"]}, 2: {"_schema": ["invalid"]}},
    }


@pytest.mark.parametrize("blank", ["\u200b", "\u3164", "\u2800 \u00ad", "\u200e\u200f", "\ufe0f", "\U000e0041"])
def test_a_text_in_which_nothing_can_be_seen_is_empty(blank: str) -> None:
    assert refusal(name=blank) == {"name": ["required"]}
    assert loaded(label=blank)["label"] is None


@pytest.mark.parametrize("unseen", ["\u034f", "\u115f", "\u3164", "\ufe0f", "\U000e0100", "\u180b"])
def test_an_address_loses_what_cannot_be_seen(unseen: str) -> None:
    for typed in (
        f"a{unseen}b@exemple.fr",
        f"{unseen}ab@exemple.fr",
        f"ab@exem{unseen}ple.fr",
        f" ab@exemple.fr{unseen} ",
    ):
        assert loaded(login_email=typed)["login_email"] == "ab@exemple.fr"


@pytest.mark.parametrize("pasted", ["\u200bAnne\ufeff", "\u00a0Anne\u2009", "\u2060 Anne \u00ad"])
def test_a_text_loses_what_cannot_be_seen_at_its_ends(pasted: str) -> None:
    assert loaded(name=pasted)["name"] == "Anne"


class Home(Schema):
    country = country()


@pytest.mark.parametrize("code", ["FR", "LU", "MC", "CH", "GB", "NC", "PF", "TW"])
def test_a_country_is_one_of_iso(code: str) -> None:
    assert Home().load({"country": code}) == {"country": code}


@pytest.mark.parametrize("code", ["ZZ", "UK", "EU", "XK", "fr", "FRA", "F", "", "99137", "EL"])
def test_what_is_no_country_of_iso_is_refused(code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Home().load({"country": code})

    assert refused.value.messages_dict["country"][0] == "not_a_country"
