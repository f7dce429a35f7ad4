"""Creation of a structure, and of its principal manager's attachment (S-01, S-08)."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.structures.errors.structures import StructureExists
from services.structures.identifiers import outside_eu, postcodes, spelling, vat_numbers
from services.structures.models.attachments import Attachment
from services.structures.models.structures import NewFields, Structure
from services.structures.queries import accounts
from services.structures.use_cases import events
from services.structures.use_cases.establishments import Verified


def normalise(typed: NewFields, *, admit_fictive_sirets: bool) -> NewFields:
    """Return the fields with identifier and VAT number in their one spelling (S-06).

    Raises SiretInvalid, IdentifierInvalid or another refusal of `spelling.parse` and `vat_numbers.parse`.
    """
    kind, country = typed["identifier_type"], typed["country"]
    postcodes.check(country, typed.get("postcode"))
    # The schema sees to it that only HORS_UE may lack its identifier, which is made of what the form has anyway.
    identifier = spelling.parse(
        kind,
        typed.get("identifier") or outside_eu.build(country, typed["name"]),
        country=country,
        admit_fictive_sirets=admit_fictive_sirets,
    )
    normalised: NewFields = {**typed, "identifier": identifier}
    if vat_number := typed.get("vat_number"):
        normalised["vat_number"] = vat_numbers.parse(vat_number, kind, identifier)
    return normalised


def create_structure(session: Session, account_id: int, new: NewFields, verified: Verified) -> Structure:
    """Create a structure from normalised fields, as the directory's word about it allows.

    Raises StructureExists, also when two create it at once, AccountErased or AccountDeactivated.
    """
    accounts.check_active(session, account_id)
    # Open to requests until somebody confirms its manager: who has the right to it must be able to ask (S-22).
    structure = Structure(**{**new, "is_public": False, "accepts_attachment_requests": True}, verified=False)
    structure.confirm(verified.establishment)
    structure.awaits_verification = verified.is_awaited
    attachment = Attachment.of_creator(structure, account_id)
    session.add_all([structure, attachment])
    try:
        # The check for a new identifier ran before the directory was asked: another creation may have come first since.
        session.flush()
    except IntegrityError as error:
        raise StructureExists(field="identifier") from error
    ids = {"attachment_id": attachment.id, "principal_manager_id": account_id}
    record(session, "structures.structure_created.v1", {**events.structure_facts(structure), **ids})
    return structure
