"""Request for an activation mail: the manager's right is read first, then identity is asked (A-06)."""

from chassis.web.request_context import reading
from services.structures.queries import attachments
from services.structures.remote.activation_mails import ActivationMails


def request_mail(mails: ActivationMails, manager_id: int, attachment_id: int) -> None:
    """Have identity send the mail to the person of an attachment, in the name of the manager's account.

    Identity is asked after the transaction, which would otherwise stay open for as long as identity takes.
    """
    with reading() as session:
        account_id = attachments.account_to_activate(session, manager_id, attachment_id)
    mails.request(account_id, manager_id=manager_id)
