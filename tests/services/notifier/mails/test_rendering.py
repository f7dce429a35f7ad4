"""Words of each mail, which people's names and comments cannot break."""

import re
from typing import Any

import pytest

from chassis.events import contracts
from services.notifier.mails.rendering import LONGEST_IN_SUBJECT, TEMPLATES, Renderer, one_line
from services.notifier.mails.table import MAILS, MailKind
from tests.services.notifier.builders import PORTAL

HOSTILE = 'Eve</title><script>alert(1)</script> & "Co" {{ portal_url }}\r\nBcc: x@exemple.fr\u2028\u202etxet'
ACTS_AT = {
    "activation": f"{PORTAL}/activation/token-1",
    "recovery": f"{PORTAL}/recuperation/token-1",
    "recovery_link_burnt": f"{PORTAL}/mot-de-passe/oublie",
    "password_changed": f"{PORTAL}/mot-de-passe/oublie",
    "login_email_link": f"{PORTAL}/adresse-de-connexion/token-1",
    "login_email_change_requested": f"{PORTAL}/mon-compte/mot-de-passe",
    "contact_email_link": f"{PORTAL}/adresse-de-contact/token-1",
    "contact_email_change_requested": f"{PORTAL}/mon-compte/mot-de-passe",
    "contact_email_changed": f"{PORTAL}/mot-de-passe/oublie",
    "secret_question_changed": f"{PORTAL}/mon-compte",
    "account_reactivated": f"{PORTAL}/connexion",
    **dict.fromkeys(
        (
            "second_factor_added",
            "second_factor_removed",
            "second_factors_reset",
            "recovery_codes_renewed",
            "recovery_code_used",
            "operator_added",
        ),
        f"{PORTAL}/mon-compte/double-authentification",
    ),
    "second_factor_guessed_at": f"{PORTAL}/mon-compte",
    "operator_removed": f"{PORTAL}/connexion",
    "session_ended_by_guesses": f"{PORTAL}/mon-compte/historique",
    "session_ended_by_reuse": f"{PORTAL}/mon-compte/historique",
    "attachment_requested": f"{PORTAL}/structures/7/demandes",
    "subscription_requested": f"{PORTAL}/structures/7/demandes",
    "subscription_refused": f"{PORTAL}/abonnements",
    "subscription_ended": f"{PORTAL}/abonnements",
    "account_erased": f"{PORTAL}/compte/nouveau",
    "role_given": f"{PORTAL}/structures/7",
    "attachment_approved": f"{PORTAL}/abonnements",
}


def context_of(name: str, kind: MailKind, **changes: Any) -> dict[str, Any]:
    payload = contracts.event_schema(name)["examples"][0]
    looked_up = {
        "recipient": "Camille Moreau",
        "recipient_id": kind.recipients(payload)[0],
        "person": "Dominique Lefèvre",
        "link": f"{PORTAL}/{kind.link.page}/token-1" if kind.link else None,
        "link_minutes": 60,
    }
    return {**kind.context(payload), **looked_up, **changes}


@pytest.mark.parametrize(("name", "kind"), MAILS.items())
def test_every_mail_has_a_subject_and_both_parts(name: str, kind: MailKind) -> None:  # N-02
    rendered = Renderer(PORTAL).render(kind.template, context_of(name, kind))

    assert rendered.subject
    assert rendered.html.startswith('<!doctype html><html lang="fr"')
    assert "{{" not in rendered.subject + rendered.text + rendered.html


@pytest.mark.parametrize(("name", "kind"), MAILS.items())
def test_every_mail_says_why_it_comes_and_where_to_act(name: str, kind: MailKind) -> None:  # N-02
    rendered = Renderer(PORTAL).render(kind.template, context_of(name, kind))

    act_at = ACTS_AT.get(kind.template, f"{PORTAL}/")
    for part in (rendered.text, rendered.html):
        assert "Vous recevez ce message parce qu" in part
    assert f"\n{act_at}\n" in rendered.text
    assert f'href="{act_at}"' in rendered.html


@pytest.mark.parametrize(("name", "kind"), MAILS.items())
def test_what_people_typed_stays_text_in_every_mail(name: str, kind: MailKind) -> None:  # N-02
    fields = ("recipient", "person", "structure_name", "espace_label", "comment", "reason", "label")
    hostile = context_of(name, kind, **dict.fromkeys(fields, HOSTILE))

    rendered = Renderer(PORTAL).render(kind.template, hostile)

    assert "<script" not in rendered.html
    assert "\nBcc:" not in rendered.text + rendered.subject
    assert "\u202e" not in rendered.subject + rendered.text + rendered.html
    assert not any(char in rendered.subject for char in "\r\n\u2028")


def test_each_line_of_a_comment_is_marked_as_a_quotation() -> None:  # N-02
    name = "structures.attachment_requested.v1"
    context = context_of(name, MAILS[name], comment="Bonjour,\r\n\r\nÀ bientôt,\nGuichet\x00\n")

    rendered = Renderer(PORTAL).render("attachment_requested", context)

    assert "> Bonjour,\n>\n> À bientôt,\n> Guichet\n" in rendered.text
    assert "Bonjour,<br />" in rendered.html


def test_without_a_comment_nothing_is_said_of_one() -> None:
    name = "structures.attachment_requested.v1"

    rendered = Renderer(PORTAL).render("attachment_requested", context_of(name, MAILS[name], comment=" \n"))

    assert "commentaire" not in rendered.text + rendered.html


def test_the_activation_mail_repeats_nothing_that_a_stranger_typed() -> None:
    context = context_of("identity.account_registered.v1", MAILS["identity.account_registered.v1"])

    rendered = Renderer(PORTAL).render("activation", {**context, "recipient": "Gagnez un million"})

    assert "million" not in rendered.subject + rendered.text + rendered.html


def test_the_opener_and_the_principal_manager_read_who_opened_the_espace() -> None:  # E-07
    name = "espaces.espace_opened.v1"

    for_opener = Renderer(PORTAL).render("espace_opened", context_of(name, MAILS[name], opened_by=41, recipient_id=41))
    for_principal = Renderer(PORTAL).render("espace_opened", context_of(name, MAILS[name], opened_by=43))

    assert "Vous avez ouvert" in for_opener.text
    assert "Dominique Lefèvre a ouvert" in for_principal.text


@pytest.mark.parametrize("reason", ["ESPACE_CLOSED", "REMOVED_BY_HOLDER", "A_REASON_OF_NEXT_YEAR"])
def test_a_code_is_said_in_words_even_when_it_is_new(reason: str) -> None:
    name = "espaces.subscription_ended.v1"

    rendered = Renderer(PORTAL).render("subscription_ended", context_of(name, MAILS[name], reason=reason))

    assert reason not in rendered.text + rendered.html


OF_A_STRUCTURE = {name: kind for name, kind in MAILS.items() if "structure_name" in kind.fields}
BY_PEOPLE = ("structure_name", "person", "recipient")


@pytest.mark.parametrize(("name", "kind"), OF_A_STRUCTURE.items())
def test_a_subject_names_the_structure_and_keeps_all_our_words(name: str, kind: MailKind) -> None:  # N-02
    def words(**changes: str) -> str:
        return Renderer(PORTAL).render(kind.template, context_of(name, kind, **changes)).subject

    usual = words(structure_name="GAEC", person="Ida Roux", recipient="Ida Roux")
    long = words(**dict.fromkeys(BY_PEOPLE, "GROUPEMENT " * 30))

    assert "GAEC" in usual
    assert len(long) <= 190
    shortened = f"{('GROUPEMENT ' * 30)[: LONGEST_IN_SUBJECT - 1].rstrip()}…"
    assert long == usual.replace("GAEC", shortened).replace("Ida Roux", shortened)


@pytest.mark.parametrize(
    "advertisement",
    [
        "appelez le 0899 12 34 56",
        "appelez +33 (0)8 99-12-34-56",
        "gagnez sur https://exemple.fr/a?b",
        "gagnez sur www.exemple.fr",
        "gagnez sur exemple.com/gain",
        "écrivez à gain@exemple.fr",
        "MAILTO:gain@exemple.fr",
        "appelez le 0899,12,34,56",
        "appelez le 08_99_12_34_56",
        "appelez le ٠٨٩٩١٢٣٤٥٦",
        "gagnez sur exemple.xn--p1ai",
        "gagnez sur exemple。com",
        "gagnez sur St.John.exemple.fr",
    ],
)
def test_a_subject_carries_nobodys_link_or_telephone(advertisement: str) -> None:  # N-02
    name = "structures.attachment_requested.v1"

    rendered = Renderer(PORTAL).render(
        "attachment_requested", context_of(name, MAILS[name], structure_name=advertisement)
    )

    assert not re.search(r"\d\d|exemple|@|:", rendered.subject)


@pytest.mark.parametrize(
    "structure",
    [
        "E.A.R.L. DES 3 CHENES",
        "S.A.R.L DUPONT",
        "SCEA 2000",
        "GAEC DU 14 JUILLET 1989",
        "AMICALE 1914-1918",
        "Ets.Dupont et fils",
        "St.John",
    ],
)
def test_a_subject_keeps_what_only_looks_like_one(structure: str) -> None:
    name = "structures.attachment_requested.v1"

    rendered = Renderer(PORTAL).render("attachment_requested", context_of(name, MAILS[name], structure_name=structure))

    assert structure in rendered.subject


@pytest.mark.parametrize(
    "advertisement",
    ["https://exemple.fr/a", "www.exemple.fr", "exemple.com", "gain@exemple.fr", "mailto:gain@exemple.fr", "пример.рф"],
)
def test_mail_programs_make_no_link_of_what_people_wrote_and_readers_see_no_difference(advertisement: str) -> None:
    name = "structures.attachment_requested.v1"
    fields = ("person", "structure_name", "comment")

    rendered = Renderer(PORTAL).render(
        "attachment_requested", context_of(name, MAILS[name], **dict.fromkeys(fields, advertisement))
    )

    for part in (rendered.text, rendered.html):
        assert not re.search(
            r"https?://(?!portail\.exemple\.fr|www\.w3\.org)|\w\.(?:com|рф|fr/a)|@exemple|www\.exemple", part
        )
        assert part.replace("\u200b", "").count(advertisement) >= len(fields)


@pytest.mark.parametrize("words", ["E.A.R.L. du Lac, à 12:30, pour 12.50 € ; voir p. 3", "J.R.R. Martin"])
def test_words_that_no_mail_program_links_stay_as_they_are(words: str) -> None:
    name = "structures.attachment_requested.v1"

    rendered = Renderer(PORTAL).render("attachment_requested", context_of(name, MAILS[name], comment=words))

    assert f"> {words}\n" in rendered.text


@pytest.mark.parametrize("structure", ["شركة الاختبار", "חברה " * 20])
def test_a_name_from_right_to_left_does_not_turn_our_words_around(structure: str) -> None:  # N-02
    name = "structures.attachment_refused.v1"

    subject = (
        Renderer(PORTAL).render("attachment_refused", context_of(name, MAILS[name], structure_name=structure)).subject
    )

    before, isolated, after = re.split("[\u2068\u2069]", subject)
    assert (before, after) == ("Votre demande pour ", " n'est pas acceptée")
    assert isolated.rstrip("…") in structure


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-30T23:30:00+00:00", "1er décembre 2026 à 00:30 (heure de Paris)"),
        ("2026-07-11T10:05:59.5+00:00", "11 juillet 2026 à 12:05 (heure de Paris)"),
        ("2026-12-01T09:05:00+11:00", "30 novembre 2026 à 23:05 (heure de Paris)"),
    ],
)
def test_a_notice_about_safety_says_when_it_was_and_by_which_clock(at: str, words: str) -> None:
    name = "identity.password_changed.v1"

    rendered = Renderer(PORTAL).render("password_changed", context_of(name, MAILS[name], occurred_at=at))

    assert f"C'était le {words}." in rendered.text
    assert f"C’était le {words}." in rendered.html


@pytest.mark.parametrize("change", ["added", "removed"])
def test_a_second_factor_is_named_as_far_as_it_has_a_name(change: str) -> None:
    name, template = f"identity.second_factor_{change}.v1", f"second_factor_{change}"
    context = context_of(name, MAILS[name], label="Clé de <Zoé>")

    named = Renderer(PORTAL).render(template, context)
    nameless = Renderer(PORTAL).render(template, {**context, "label": None})
    of_an_earlier_version = Renderer(PORTAL).render(template, {k: v for k, v in context.items() if k != "label"})

    assert "Une clé d'accès « Clé de <Zoé> » vient" in named.text
    assert "« Clé de &lt;Zoé&gt; » vient" in named.html
    assert "Une clé d'accès vient" in nameless.text
    assert nameless == of_an_earlier_version


@pytest.mark.parametrize(("name", "kind"), MAILS.items())
def test_a_mail_uses_fields_that_its_event_has(name: str, kind: MailKind) -> None:
    used = {*kind.fields, *kind.topic, *filter(None, (kind.person_field, kind.caused_by, kind.address_field))}

    assert used <= set(contracts.event_schema(name)["properties"])


def test_one_line_is_one_line() -> None:
    assert one_line(" a\r\nb\x00c\u2029d\u200fe\ud800f\u00a0 ") == "a b c d e f"


def test_no_template_is_left_without_a_mail() -> None:
    expected = {kind.template for kind in MAILS.values()} | {"base", "words", "quotation"}

    assert {path.name.split(".")[0] for path in TEMPLATES.iterdir()} == expected
