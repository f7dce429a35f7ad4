"""Handlers of other services' events: none, as accounts exist before everything else."""

from collections.abc import Mapping

from chassis.events.outbox import Handler

HANDLERS: Mapping[str, Handler] = {}
