"""Page with the mails, and a JSON form of it for the journey and the tests."""

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
)

from embedded.mailsink.messages import ParsedMessage
from embedded.mailsink.store import MailStore, StoredMail

MAX_MAILS = 100
REFRESH_SECONDS = 3
PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""Policy for a mail, a page of unknown origin: no script, no fetched content, links open in a new tab."""

pages = Blueprint("mailsink", __name__)


def mailbox_app(store: MailStore) -> Flask:
    app = Flask(__name__)
    # A page of another site must not read the mails through a name that it points at 127.0.0.1.
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    app.extensions["mailsink.store"] = store
    app.register_blueprint(pages)
    return app


@pages.get("/")
def mailbox_page() -> Response:
    """Show the mails, newest first. A header refreshes the page, unless `?pause` is set: no script is needed."""
    mails, paused = _store().mails(), "pause" in request.args
    answer = make_response(
        render_template(
            "mailbox.html",
            mails=mails[::-1][:MAX_MAILS],
            total=len(mails),
            paused=paused,
        )
    )
    if not paused:
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


@pages.get("/mails/<int:number>")
def mail_page(number: int) -> str:
    mail, message = _mail(number)
    return render_template("mail.html", mail=mail, message=message)


@pages.get("/mails/<int:number>/html")
def mail_html(number: int) -> Response:
    answer = make_response(_mail(number)[1].html)
    answer.headers["Content-Security-Policy"] = MAIL_POLICY
    return answer


@pages.get("/api/mails")
def mails_json() -> dict[str, object] | tuple[dict[str, object], int]:
    """Return at most 100 mails to `to` with a number above `after`, oldest first; continue after the last one's id."""
    after = request.args.get("after", "0")
    if not (after.isascii() and after.isdecimal()):
        return {
            "title": "after must be the id of a mail",
            "status": 400,
            "code": "invalid_input",
        }, 400
    mails = _store().mails(after=int(after), to=request.args.get("to"))
    return {"items": [_as_json(mail) for mail in mails[:MAX_MAILS]]}


@pages.after_request
def harden(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _store() -> MailStore:
    store: MailStore = current_app.extensions["mailsink.store"]
    return store


def _mail(number: int) -> tuple[StoredMail, ParsedMessage]:
    mail = _store().mail(number)
    if mail is None:
        abort(404)
    return mail, _store().parsed(mail)


def _as_json(mail: StoredMail) -> dict[str, object]:
    parsed = _store().parsed(mail)
    return {
        "id": mail.number,
        "to": ", ".join(mail.recipients),
        "from": parsed.sender or mail.sender,
        "subject": mail.subject,
        "date": mail.received_at.isoformat(),
        "message_id": mail.message_id,
        "deliveries": mail.deliveries,
        "text": parsed.text,
        "html": parsed.html,
    }
