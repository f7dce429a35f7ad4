"""Refusals about an espace and its opening on a structure."""

from chassis.ground.problems import NotFound, Refusal


class EspaceUnknown(NotFound):
    code, sentence = "espace_unknown", "The catalogue has no such espace."


class StructureInactive(Refusal):
    status, code, sentence = 409, "structure_inactive", "This structure is inactive: it has no espaces."


class StructureUnverified(Refusal):
    status, code, sentence = 409, "structure_unverified", "The directory has not confirmed this structure yet."


class EspaceNotAvailable(Refusal):
    code, sentence = "espace_not_available", "This espace is not available to this structure."


class EspaceAlreadyOpen(Refusal):
    code, sentence = "espace_already_open", "This espace is open on the structure already."


class EspaceNotOpen(Refusal):
    code, sentence = "espace_not_open", "This espace is not open on the structure."


class PermissionNotOffered(Refusal):
    status, code, sentence = 422, "permission_not_offered", "The espace does not offer this permission."


class PermissionNotOpen(Refusal):
    code, sentence = "permission_not_open", "The espace is not open on the structure with this permission."
