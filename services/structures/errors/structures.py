"""Refusals about a structure."""

from chassis.ground.problems import Forbidden, NotFound, Refusal


class StructureExists(Refusal):
    status, code, sentence = 409, "structure_exists", "There is a structure with this identifier already."


class StructureUnknown(NotFound):
    code, sentence = "structure_unknown", "There is no such structure."


class StructureInactive(Refusal):
    status, code, sentence = 409, "structure_inactive", "This structure is inactive: it takes no requests."


class PublicByDirectory(Refusal):
    status, code, sentence = (
        409,
        "public_by_directory",
        "The directory says whether this structure is public or private.",
    )


class RequestsStayOpen(Refusal):
    """Refusal to close a structure to whoever has the right to it, until its manager is confirmed (S-22)."""

    status, code, sentence = (
        409,
        "requests_stay_open",
        "Nobody has confirmed the manager of this structure yet: it takes requests for attachment.",
    )


class NotAManager(Forbidden):
    code, sentence = "not_a_manager", "Only a manager of the structure may do this."
