"""What a person can do with espaces and subscriptions, one function each. Transactions belong to the edges."""

from services.espaces.use_cases.openings import Opener, OpeningRequest, close_openings, open_espace
from services.espaces.use_cases.subscriptions import (
    SubscriptionRequest,
    approve_subscriptions,
    end_subscriptions,
    refuse_subscriptions,
    remove_subscriptions,
    request_subscriptions,
)

__all__ = [
    "Opener",
    "OpeningRequest",
    "SubscriptionRequest",
    "approve_subscriptions",
    "close_openings",
    "end_subscriptions",
    "open_espace",
    "refuse_subscriptions",
    "remove_subscriptions",
    "request_subscriptions",
]
