"""Refusals about a structure, and about the caller's role there."""

from chassis.ground.problems import Forbidden, NotFound


class StructureUnknown(NotFound):
    code, sentence = "structure_unknown", "There is no such structure."


class NotThePrincipalManager(Forbidden):
    code, sentence = "not_the_principal_manager", "Only the principal manager of the structure may do this."


class NotAManager(Forbidden):
    code, sentence = "not_a_manager", "Only a manager of the structure may do this."


class NotAttached(Forbidden):
    code, sentence = "not_attached", "Only a person attached to the structure may do this."
