"""Loop of the worker that sends due mails, one at a time, each once as far as SMTP allows (N-03).

A try is: claim the mail (commit), look up and write it, speak to the server up to its acceptance of the recipient,
check the claim and note the handing over (commit), hand the message over, mark it sent (commit). Nothing waits for the
network inside a transaction.

A crash between the server's acceptance of the message and the last commit leaves a mail that is out, and not marked
sent. SMTP has no way to ask the server for it (RFC 1047). So only one small commit lies in between, before even the
farewell to the server, and the two commits around it mark the mails that may be out. Those are sent again after the
lease of their try, under the same Message-ID, since losing a mail is worse. All others are taken up again at once.
"""

import traceback
from datetime import timedelta

import stamina
import structlog
from sqlalchemy.exc import OperationalError

from chassis.ground import correlation
from chassis.ground.clock import now
from chassis.ground.loops import Loop
from chassis.storage.database import Database
from services.notifier.errors.mails import ClaimLost
from services.notifier.errors.sending import Moot, OurFault, PermanentFault, TransientFault
from services.notifier.mails.rendering import Renderer
from services.notifier.mails.table import KINDS, MailKind
from services.notifier.models.mails import ERASED, Mail
from services.notifier.models.read_models import Recipient
from services.notifier.queries import mails, recipients
from services.notifier.sending import message
from services.notifier.sending.links import Link, Links
from services.notifier.sending.mail_server import MailServer
from services.notifier.sending.message import Letter
from services.notifier.settings import Settings

KEEP_MARKING_SECONDS = 60
DAY = timedelta(days=1)

log = structlog.get_logger()


class MailSender(Loop):
    name = "mail sender"
    idle_seconds = 0.2

    def __init__(
        self, database: Database, settings: Settings, links: Links, renderer: Renderer, mail_server: MailServer
    ) -> None:
        self._database = database
        self._links = links
        self._renderer = renderer
        self._mail_server = mail_server
        self._repeat_within = timedelta(seconds=settings.mail_repeat_seconds)
        self._most_by_one_person = settings.mails_by_one_person_a_day
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
        """Make abandoned mails due again: at start those of an earlier process, later those whose lease has run out."""
        # At start, claims without a hand-over are released at once: their process is gone, and the mails are not out. A
        # second worker that is alive and loses its claim this way finds out before it hands over (ClaimLost).
        moment = now()
        lease_ended = moment - self._lease
        before = (lease_ended if self._started else moment, lease_ended)
        # Mostly there is none, and reading first keeps the one write lock of SQLite free for others.
        with self._database.reading() as session:
            is_any_abandoned = bool(mails.abandoned(session, *before))
        if is_any_abandoned:
            with self._database.writing() as session:
                for mail in mails.abandoned(session, *before):
                    mail.release(moment)
                    log.warning("mail taken back from an unfinished try", mail_id=mail.id)
        self._started = True

    def _claim(self) -> Mail | None:
        moment = now()
        with self._database.reading() as session:
            if mails.next_due(session, moment) is None:
                return None
        with self._database.writing() as session:
            mail = mails.next_due(session, moment, claiming=True)
            if mail is not None:
                mail.claim(moment)
            return mail

    def _try(self, mail: Mail) -> None:
        """Send the mail and store the outcome. Raises ClaimLost or OperationalError, which leave the outcome open."""
        try:
            self._send(mail)
        except Moot as moot:
            self._drop(mail, moot.reason)
        except PermanentFault as fault:
            self._park(mail, fault.answer)
        except OurFault as fault:
            log.error("mail server refuses us", answer=fault.answer)
            self._retry_later(mail, fault.answer)
        except TransientFault as fault:
            self._retry_later(mail, fault.answer)
        except (ClaimLost, OperationalError):
            raise
        except Exception as error:
            # A fault of ours in one mail must not hold up the others. Its message may quote a person: it is not logged.
            log.error(
                "mail failed", mail_id=mail.id, fault=type(error).__name__, at=traceback.format_tb(error.__traceback__)
            )
            self._retry_later(mail, type(error).__name__)

    def _send(self, mail: Mail) -> None:
        self._require_within_bounds(mail)
        letter = self._write(mail)
        with self._mail_server.accepting(letter) as hand_over:
            # Checked as late as possible: after this commit the mail counts as possibly out, whatever happens.
            with self._database.writing() as session:
                mails.get_for_update(session, mail.id).hand_over(mail.number_of_tries, now())
            self._mark_sent(mail, hand_over())

    def _require_within_bounds(self, mail: Mail) -> None:
        """Raise Moot for a mail that repeats another, or is one too many, by somebody who is not its recipient."""
        # Later tries are past it: what an operator sends again at once was owed at moments far apart.
        if mail.caused_by is None or mail.number_of_tries > 1:
            return
        with self._database.reading() as session:
            if mail.topic and mails.told_before(session, mail, self._repeat_within, of_topic=True):
                raise Moot("repeated")
            if mails.told_before(session, mail, DAY) >= self._most_by_one_person:
                raise Moot("too_many_by_one_person")

    def _write(self, mail: Mail) -> Letter:
        kind, context = KINDS[mail.template], dict(mail.context)
        recipient = self._recipient(mail.account_id)
        if recipient.is_erased and not mail.is_last:
            raise Moot(ERASED)
        if recipient.is_deactivated and not (kind.security or kind.to_deactivated):
            raise Moot("account_deactivated")
        if kind.to_deactivated and not recipient.is_deactivated:
            raise Moot("account_reactivated")
        context["recipient"], context["recipient_id"] = recipient.name, mail.account_id
        if kind.person_field:
            context["person"] = self._name_of_person(kind, context["person_id"])
        link = self._links.issue(kind.link, mail.account_id, context) if kind.link else None
        if link:
            context["link"], context["link_minutes"] = link.url, link.minutes
        rendered = self._renderer.render(mail.template, context)
        name, address = _addressee(kind, mail, recipient, link)
        return message.write(rendered, self._sender, name, address, mail.unique_name, now())

    def _name_of_person(self, kind: MailKind, account_id: int) -> str:
        """Return the name, empty for an erased person. Raises Moot if the mail is about a request of theirs."""
        person = self._recipient(account_id)
        if person.is_erased and kind.about_request:
            raise Moot(ERASED)
        return person.name

    def _recipient(self, account_id: int) -> Recipient:
        # Events of two services come in no order between them: a mail may be due before its account is registered here.
        with self._database.reading() as session:
            recipient = recipients.find(session, account_id)
        if recipient is None:
            raise TransientFault("an account that this mail needs is not known here yet")
        return recipient

    def _mark_sent(self, mail: Mail, answer: str) -> None:
        # The mail is out. This commit is retried for long, since giving it up would send the mail again.
        for attempt in stamina.retry_context(on=OperationalError, attempts=None, timeout=KEEP_MARKING_SECONDS):
            with attempt, self._database.writing() as session:
                mails.get_for_update(session, mail.id).mark_sent(mail.number_of_tries, answer, now())
        log.info("mail sent", mail_id=mail.id, template=mail.template, tries=mail.number_of_tries)

    def _drop(self, mail: Mail, reason: str) -> None:
        with self._database.writing() as session:
            mails.get_for_update(session, mail.id).drop(mail.number_of_tries, reason, now())
        log.info("mail dropped", mail_id=mail.id, template=mail.template, reason=reason)

    def _park(self, mail: Mail, answer: str) -> None:
        with self._database.writing() as session:
            mails.get_for_update(session, mail.id).park(mail.number_of_tries, answer, now())
        log.error("mail parked", mail_id=mail.id, template=mail.template, answer=answer)

    def _retry_later(self, mail: Mail, answer: str) -> None:
        with self._database.writing() as session:
            stored = mails.get_for_update(session, mail.id)
            stored.retry_later(
                mail.number_of_tries,
                answer,
                now(),
                keep_trying_for=self._keep_trying_for,
                longest_delay_seconds=self._longest_delay_seconds,
            )
        log.warning("mail not sent", mail_id=mail.id, template=mail.template, state=stored.state, answer=answer)


def _addressee(kind: MailKind, mail: Mail, recipient: Recipient, link: Link | None) -> tuple[str, str]:
    """Return name and address to write to."""
    # An address that is not proved to be the holder's may be a stranger's: its reader must not learn the name.
    if link and link.address:
        return "", link.address
    return recipient.name, mail.address or recipient.address_at(mail.destination or kind.destinations[0])
