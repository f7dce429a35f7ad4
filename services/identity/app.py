"""Declaration of the service."""

from datetime import timedelta

from chassis.processes.service import Service
from services.identity import resources
from services.identity.api import (
    accounts,
    activations,
    captchas,
    contact_emails,
    history,
    login_emails,
    my_account,
    operators,
    passkeys,
    personal_data,
    recoveries,
    second_factors,
    second_steps,
    sessions,
    tokens,
)
from services.identity.flows.cleanup import Cleanup
from services.identity.handlers import HANDLERS
from services.identity.models.base import Base
from services.identity.settings import Settings
from services.identity.web import admission

SERVICE = Service(
    name="identity",
    settings=Settings,
    routes=[
        captchas.routes,
        accounts.routes,
        my_account.routes,
        login_emails.routes,
        contact_emails.routes,
        activations.routes,
        recoveries.routes,
        personal_data.routes,
        sessions.routes,
        second_steps.routes,
        second_factors.routes,
        passkeys.routes,
        history.routes,
        operators.routes,
        tokens.routes,
    ],
    followers=frozenset({"structures", "espaces", "notifier"}),
    metadata=Base.metadata,
    handlers=HANDLERS,
    resources=resources.build,
    loops=lambda settings, database: [Cleanup(database, timedelta(days=settings.history_days))],
    admits=admission.is_admitted,
    keys=resources.keys_of,
    secret=lambda settings: settings.encryption_keys,
)
