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
    fields = ("recipient", "person", "structure_name", "espace_label", "comment")
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
    ],
)
def test_a_subject_carries_nobodys_link_or_telephone(advertisement: str) -> None:  # N-02
    name = "structures.attachment_requested.v1"

    rendered = Renderer(PORTAL).render(
        "attachment_requested", context_of(name, MAILS[name], structure_name=advertisement)
    )

    assert not re.search(r"\d\d|exemple|@|:", rendered.subject)


@pytest.mark.parametrize(
    "structure", ["E.A.R.L. DES 3 CHENES", "S.A.R.L DUPONT", "SCEA 2000", "GAEC DU 14 JUILLET 1989"]
)
def test_a_subject_keeps_what_only_looks_like_one(structure: str) -> None:
    name = "structures.attachment_requested.v1"

    rendered = Renderer(PORTAL).render("attachment_requested", context_of(name, MAILS[name], structure_name=structure))

    assert structure in rendered.subject


def test_one_line_is_one_line() -> None:
    assert one_line(" a\r\nb\x00c\u2029d\u200fe\ud800f\u00a0 ") == "a b c d e f"


def test_no_template_is_left_without_a_mail() -> None:
    expected = {kind.template for kind in MAILS.values()} | {"base", "words", "quotation"}

    assert {path.name.split(".")[0] for path in TEMPLATES.iterdir()} == expected
