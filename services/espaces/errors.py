"""The ways in which espaces say no."""

from chassis.ground.problems import Forbidden, NotFound, Refusal


class StructureUnknown(NotFound):
    code, sentence = "structure_unknown", "There is no such structure."


class EspaceUnknown(NotFound):
    code, sentence = "espace_unknown", "The catalogue has no such espace."


class SubscriptionUnknown(NotFound):
    code, sentence = "subscription_unknown", "There is no such subscription."


class NotThePrincipalManager(Forbidden):
    code, sentence = "not_the_principal_manager", "Only the principal manager of the structure may do this."


class NotAManager(Forbidden):
    code, sentence = "not_a_manager", "Only a manager of the structure may do this."


class NotAttached(Forbidden):
    code, sentence = "not_attached", "Only who is attached to the structure may do this."


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


class SubscriptionExists(Refusal):
    code, sentence = "subscription_exists", "The person has this subscription already."


class SubscriptionPending(Refusal):
    code, sentence = "subscription_pending", "This subscription is asked for already."


class SubscriptionNotPending(Refusal):
    code, sentence = "subscription_not_pending", "One of these subscriptions does not wait for a decision any more."


class SubscriptionNotLive(Refusal):
    code, sentence = "subscription_not_live", "One of these subscriptions has ended already."
