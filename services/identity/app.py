"""Identity, declared."""

from datetime import timedelta

from chassis.processes.service import Service
from services.identity import resources
from services.identity.api import (
    accounts,
    activations,
    captchas,
    edge,
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
from services.identity.clearing import Clearing
from services.identity.handlers import HANDLERS
from services.identity.models import Base
from services.identity.settings import Settings

SERVICE = Service(
    name="identity",
    settings=Settings,
    routes=[
        captchas.routes,
        accounts.routes,
        my_account.routes,
        login_emails.routes,
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
    metadata=Base.metadata,
    handlers=HANDLERS,
    resources=resources.build,
    loops=lambda settings, database: [Clearing(database, timedelta(days=settings.history_days))],
    admits=edge.is_admitted,
    keys=resources.keys_of,
)
