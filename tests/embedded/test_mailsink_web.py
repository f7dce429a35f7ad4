"""The mail sink's pages and its JSON."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from embedded.mailsink.store import MailStore
from embedded.mailsink.web import mailbox_app


def a_message(message_id: str, subject: str, html: str = "<p>Bonjour</p>") -> bytes:
    message = EmailMessage()
    message["From"] = "Guichet <guichet@exemple.fr>"
    message["Message-ID"] = message_id
    message["Subject"] = subject
    message.set_content("Bonjour : https://portail.exemple.fr/activation/abc\n")
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.fixture
def store(tmp_path: Path) -> MailStore:
    return MailStore(tmp_path)


@pytest.fixture
def client(store: MailStore) -> FlaskClient:
    return mailbox_app(store).test_client()


def test_the_newest_mail_is_on_top(store: MailStore, client: FlaskClient) -> None:
    store.accept(a_message("<1@x>", "Premier"), "", ["a@exemple.fr"])
    store.accept(a_message("<2@x>", "Second"), "", ["a@exemple.fr"])

    page = client.get("/").text

    assert page.index("Second") < page.index("Premier")
    assert "reçu" not in page.split("<main>")[1].split("<ol")[1]


def test_a_mail_received_twice_is_shown_as_such(store: MailStore, client: FlaskClient) -> None:
    for _ in range(2):
        store.accept(a_message("<1@x>", "Premier"), "", ["a@exemple.fr"])

    assert "reçu 2 fois" in client.get("/").text
    assert "reçu 2 fois" in client.get("/mails/1").text


def test_the_page_refreshes_itself_until_asked_not_to(client: FlaskClient) -> None:
    assert client.get("/").headers["Refresh"] == "3"
    assert "Refresh" not in client.get("/?pause").headers


def test_a_mail_shows_its_text_with_links_and_its_html_in_a_sandbox(store: MailStore, client: FlaskClient) -> None:
    store.accept(a_message("<1@x>", "<script>x</script>"), "", ["a@exemple.fr"])

    page = client.get("/mails/1").text

    assert 'href="https://portail.exemple.fr/activation/abc"' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "<script" not in page


def test_the_html_of_a_mail_can_run_and_fetch_nothing(store: MailStore, client: FlaskClient) -> None:
    store.accept(a_message("<1@x>", "x", html="<script>alert(1)</script>"), "", ["a@exemple.fr"])

    policy = client.get("/mails/1/html").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("path", ["/mails/1", "/mails/0", "/mails/1/html", "/mails/99999999999999999999"])
def test_a_mail_that_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_json_has_what_a_program_needs(store: MailStore, client: FlaskClient) -> None:
    store.accept(a_message("<1@x>", "Premier"), "guichet@exemple.fr", ["a@exemple.fr"])
    store.accept(a_message("<2@x>", "Second"), "guichet@exemple.fr", ["b@exemple.fr"])

    (item,) = client.get("/api/mails?to=b@exemple.fr&after=1").get_json()["items"]

    assert item.pop("date")
    assert item == {
        "id": 2,
        "to": "b@exemple.fr",
        "from": "Guichet <guichet@exemple.fr>",
        "subject": "Second",
        "message_id": "<2@x>",
        "deliveries": 1,
        "text": "Bonjour : https://portail.exemple.fr/activation/abc\n",
        "html": "<p>Bonjour</p>\n",
    }


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "²", ""])
def test_a_wrong_position_is_refused(client: FlaskClient, after: str) -> None:
    answer = client.get("/api/mails", query_string={"after": after})

    assert answer.status_code == 400
    assert answer.get_json()["code"] == "invalid_input"


def test_another_site_cannot_read_the_mails_through_a_name_of_its_own(client: FlaskClient) -> None:
    assert client.get("/api/mails", headers={"Host": "site.example"}).status_code == 400
