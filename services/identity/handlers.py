"""Events of other services: none. Accounts exist before everything else and depend on nobody."""

from collections.abc import Mapping

from chassis.events.outbox import Handler

HANDLERS: Mapping[str, Handler] = {}
