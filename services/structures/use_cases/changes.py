"""Changes to a structure by its managers (S-07)."""

from sqlalchemy.orm import Session

from chassis.events.outbox import record
from services.structures.identifiers import postcodes, vat_numbers
from services.structures.models.structures import ChangedFields, Structure
from services.structures.queries import managers, structures
from services.structures.use_cases import attachment_requests, events


def change_structure(session: Session, account_id: int, structure_id: int, changes: ChangedFields) -> Structure:
    """Change the structure as one of its managers.

    Raises StructureUnknown, NotAManager, InvalidInput, or a refusal of `Structure.change` and `vat_numbers.parse`.
    """
    # Locked, so that events of two changes are recorded in the order in which the changes took effect.
    structure = structures.get(session, structure_id, for_update=True)
    managers.require(session, account_id, structure_id)
    if vat_number := changes.get("vat_number"):
        normalised = vat_numbers.parse(vat_number, structure.identifier_type, structure.identifier)
        changes = {**changes, "vat_number": normalised}
    was_active = structure.is_active
    structure.change(changes)
    postcodes.check(structure.country, structure.postcode)
    session.flush()
    if was_active and not structure.is_active:
        attachment_requests.refuse_all_of_inactive(session, account_id, structure_id)
    facts = events.structure_facts(structure)
    record(session, "structures.structure_changed.v1", {**facts, "changed_by": account_id})
    return structure
