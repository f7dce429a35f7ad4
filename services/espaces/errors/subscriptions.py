"""Refusals about a subscription."""

from chassis.ground.problems import NotFound, Refusal


class SubscriptionUnknown(NotFound):
    code, sentence = "subscription_unknown", "There is no such subscription."


class SubscriptionExists(Refusal):
    code, sentence = "subscription_exists", "The person has this subscription already."


class SubscriptionPending(Refusal):
    code, sentence = "subscription_pending", "This subscription is asked for already."


class RequesterDeactivated(Refusal):
    status, code, sentence = 409, "requester_deactivated", "The account of who asks is deactivated."


class SubscriptionNotPending(Refusal):
    code, sentence = "subscription_not_pending", "One of these subscriptions does not wait for a decision any more."


class SubscriptionNotLive(Refusal):
    code, sentence = "subscription_not_live", "One of these subscriptions has ended already."
