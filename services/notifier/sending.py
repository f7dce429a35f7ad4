"""The worker's loop that sends the mails that are due, one at a time, each once as far as SMTP allows (N-03).

A try is: claim the mail (commit), look up and write it, speak to the server up to its acceptance of the recipient, take
a last look at the claim (commit), hand the message over, mark it sent (commit). Nothing waits for the network inside a
transaction.

Between the server's acceptance and the last commit there is a moment in which a crash leaves a mail that is out but not
known to be. SMTP has no way to ask (RFC 1047). So this moment is kept to one small commit, before even the farewell to
the server, and the two commits around it tell which mails may be out: those are sent again only after their try's time
is over, under the same Message-ID, since losing a mail is worse. All others are taken up again at once.
"""

import traceback
from datetime import timedelta

import stamina
import structlog
from sqlalchemy.exc import OperationalError

from chassis.ground import correlation
from chassis.ground.loops import Loop
from chassis.storage.database import Database, now
from services.notifier import message, queries
from services.notifier.errors import ClaimLost, Moot, PermanentFault, TransientFault
from services.notifier.links import Link, Links
from services.notifier.mails import KINDS, MailKind
from services.notifier.message import Letter
from services.notifier.models import ERASED, Mail, Recipient
from services.notifier.rendering import Renderer
from services.notifier.settings import Settings
from services.notifier.smtp import Relay

KEEP_MARKING_SECONDS = 60

log = structlog.get_logger()


class MailSender(Loop):
    name = "mail sender"
    idle_seconds = 0.2

    def __init__(self, database: Database, settings: Settings, links: Links, renderer: Renderer, relay: Relay) -> None:
        self._database = database
        self._links = links
        self._renderer = renderer
        self._relay = relay
        self._sender = message.Sender.parse(settings.smtp_sender)
        self._keep_trying_for = timedelta(hours=settings.mail_retry_hours)
        self._longest_delay_seconds = settings.mail_longest_delay_seconds
        # The longest that handing over can last: "DATA", the message itself, the server's answer to it.
        self._lease = timedelta(seconds=2 * settings.smtp_seconds + settings.smtp_answer_seconds)
        self._started = False

    def run_once(self) -> bool:
        self._release_abandoned()
        mail = self._claim()
        if mail is None:
            return False
        try:
            with correlation.bound(mail.correlation_id):
                self._try(mail)
        except ClaimLost:
            log.warning("mail left to another try", mail_id=mail.id)
        except OperationalError:
            # The database's fault, not this mail's: the loop pauses and then begins anew.
            self._started = False
            raise
        return True

    def _release_abandoned(self) -> None:
        """At start, what an earlier process left; then, what a worker elsewhere left and its lease has run out."""
        at = now()
        lease_ended = at - self._lease
        before = (lease_ended if self._started else at, lease_ended)
        with self._database.reading() as session:
            some = bool(queries.abandoned(session, *before))
        if some:
            with self._database.writing() as session:
                for mail in queries.abandoned(session, *before):
                    mail.release(at)
                    log.warning("mail taken back from an unfinished try", mail_id=mail.id)
        self._started = True

    def _claim(self) -> Mail | None:
        at = now()
        with self._database.reading() as session:
            if queries.next_due(session, at) is None:
                return None
        with self._database.writing() as session:
            mail = queries.next_due(session, at, claiming=True)
            if mail is not None:
                mail.claim(at)
            return mail

    def _try(self, mail: Mail) -> None:
        """Ends with the mail's fate written down, unless the database or another worker is in the way."""
        try:
            self._send(mail)
        except Moot as moot:
            self._drop(mail, moot.reason)
        except PermanentFault as fault:
            self._park(mail, fault.answer)
        except TransientFault as fault:
            self._retry_later(mail, fault.answer)
        except (ClaimLost, OperationalError):
            raise
        except Exception as error:
            # A fault of ours in one mail must not hold up the others. What it says may quote a person: it is not told.
            log.error(
                "mail failed", mail_id=mail.id, fault=type(error).__name__, at=traceback.format_tb(error.__traceback__)
            )
            self._retry_later(mail, type(error).__name__)

    def _send(self, mail: Mail) -> None:
        letter = self._write(mail)
        with self._relay.accepting(letter) as hand_over:
            with self._database.writing() as session:
                queries.locked(session, mail.id).hand_over(mail.number, now())
            self._mark_sent(mail, hand_over())

    def _write(self, mail: Mail) -> Letter:
        kind, context = KINDS[mail.template], dict(mail.context)
        recipient = self._recipient(mail.account_id)
        if recipient.is_erased and not mail.is_last:
            raise Moot(ERASED)
        if recipient.is_deactivated and not kind.security:
            raise Moot("account_deactivated")
        context["recipient"], context["recipient_id"] = recipient.name, mail.account_id
        if kind.names:
            context["person"] = self._named(kind, context["person_id"])
        link = self._links.issue(kind.link, mail.account_id) if kind.link else None
        if link:
            context["link"], context["link_minutes"] = link.url, link.minutes
        rendered = self._renderer.render(mail.template, context)
        name, address = _addressee(kind, mail, recipient, link)
        return message.write(rendered, self._sender, name, address, mail.unique_name, now())

    def _named(self, kind: MailKind, account_id: int) -> str:
        """Without a name for whoever has none any more."""
        person = self._recipient(account_id)
        if person.is_erased and kind.of_a_request:
            raise Moot(ERASED)
        return person.name

    def _recipient(self, account_id: int) -> Recipient:
        """Events of two services come in no order between them, so an account may be heard of before it is known."""
        with self._database.reading() as session:
            known = queries.recipient(session, account_id)
        if known is None:
            raise TransientFault("an account that this mail needs is not known here yet")
        return known

    def _mark_sent(self, mail: Mail, answer: str) -> None:
        """The mail is out: this commit is tried hard, since giving it up would send the mail again."""
        for attempt in stamina.retry_context(on=OperationalError, attempts=None, timeout=KEEP_MARKING_SECONDS):
            with attempt, self._database.writing() as session:
                queries.locked(session, mail.id).was_sent(mail.number, answer, now())
        log.info("mail sent", mail_id=mail.id, template=mail.template, tries=mail.number)

    def _drop(self, mail: Mail, reason: str) -> None:
        with self._database.writing() as session:
            queries.locked(session, mail.id).has_lost_its_reason(mail.number, reason, now())
        log.info("mail dropped", mail_id=mail.id, template=mail.template, reason=reason)

    def _park(self, mail: Mail, answer: str) -> None:
        with self._database.writing() as session:
            queries.locked(session, mail.id).was_refused_for_good(mail.number, answer, now())
        log.error("mail parked", mail_id=mail.id, template=mail.template, answer=answer)

    def _retry_later(self, mail: Mail, answer: str) -> None:
        with self._database.writing() as session:
            kept = queries.locked(session, mail.id)
            kept.failed(
                mail.number,
                answer,
                now(),
                keep_trying_for=self._keep_trying_for,
                longest_delay_seconds=self._longest_delay_seconds,
            )
        log.warning("mail not sent", mail_id=mail.id, template=mail.template, state=kept.state, answer=answer)


def _addressee(kind: MailKind, mail: Mail, recipient: Recipient, link: Link | None) -> tuple[str, str]:
    """Name and address. Whoever reads an address that is not proved to be the holder's is not told who they are."""
    if link and link.address:
        return "", link.address
    usual = recipient.login_email if kind.to_login_email or kind.link else recipient.contact_email
    return recipient.name, mail.address or usual
