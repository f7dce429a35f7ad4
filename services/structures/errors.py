"""The ways in which structures say no."""

from chassis.ground.problems import Forbidden, NotFound, Refusal


class SiretInvalid(Refusal):
    status, code, sentence = 422, "siret_invalid", "This is not a SIRET: 14 digits, of which the last is a check digit."


class IdentifierInvalid(Refusal):
    status, code, sentence = 422, "identifier_invalid", "The identifier is not one of its type."


class VatNumberInvalid(Refusal):
    status, code, sentence = 422, "vat_number_invalid", "This is not an intra-community VAT number."


class VatNumberOfAnother(Refusal):
    status, code, sentence = 422, "vat_number_of_another", "This VAT number belongs to another SIREN."


class SiretUnknown(Refusal):
    status, code, sentence = 404, "siret_unknown", "The directory does not know this SIRET."


class SiretNotInDirectory(Refusal):
    """The same no as SiretUnknown, where the SIRET is a field of the input and not the thing asked for."""

    status, code, sentence = 422, SiretUnknown.code, SiretUnknown.sentence


class SiretClosed(Refusal):
    status, code, sentence = 409, "siret_closed", "This establishment is closed in the directory."


class DirectoryUnavailable(Refusal):
    """No answer that can be trusted: another thing than an unknown SIRET."""

    status, code, sentence = 503, "directory_unavailable", "The directory does not answer."


class StructureExists(Refusal):
    status, code, sentence = 409, "structure_exists", "There is a structure with this identifier already."


class StructureUnknown(NotFound):
    code, sentence = "structure_unknown", "There is no such structure."


class PublicByDirectory(Refusal):
    status, code, sentence = (
        409,
        "public_by_directory",
        "The directory says whether this structure is public or private.",
    )


class NotAManager(Forbidden):
    code, sentence = "not_a_manager", "Only a manager of the structure may do this."


class AccountErased(Forbidden):
    code, sentence = "account_erased", "The account of the caller is erased."


class AccountNotPending(Refusal):
    """As far as this service knows."""

    status, code, sentence = 409, "account_not_pending", "The person's account does not wait for its activation."


class AccountAlreadyActive(Refusal):
    """As identity says, which knows it first."""

    status, code, sentence = 409, "account_already_active", "The person's account was activated meanwhile."


class MailAskedTooSoon(Refusal):
    """As identity says."""

    status, code, sentence = 429, "mail_asked_too_soon", "A mail was asked for only minutes ago."

    def __init__(self, retry_after: str | None = None) -> None:
        """`retry_after`: seconds, after which another can be asked for."""
        super().__init__()
        self.headers = {"Retry-After": retry_after} if retry_after else {}


class AttachmentUnknown(NotFound):
    code, sentence = "attachment_unknown", "There is no such attachment."


class AttachmentExists(Refusal):
    status, code, sentence = 409, "attachment_exists", "There is an attachment, or a request for one, already."


class AttachmentRequestsClosed(Refusal):
    status, code, sentence = 409, "attachment_requests_closed", "This structure accepts no requests for attachment."


class AttachmentNotInForce(Refusal):
    status, code, sentence = 409, "attachment_not_in_force", "The attachment has ended already."


class AttachmentNotPending(Refusal):
    status, code, sentence = 409, "attachment_not_pending", "The request for attachment was decided already."
