"""Handlers of other services' events: none, as accounts depend on no other service."""

from collections.abc import Mapping

from chassis.events.outbox import Handler

HANDLERS: Mapping[str, Handler] = {}
