"""Second clicks on a form whose first click uses something up, such as a captcha or a mailed link."""

import json
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from flask import request

from gateway.clients.errors import ServiceRefusal
from gateway.portal.frame import single_flight

FOR_GOOD = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY})
"""Statuses of refusals that the same values meet again."""

Answer = TypeVar("Answer")


def submit_once(call: Callable[[], Answer]) -> Answer:
    """Return or raise the outcome of `call`, made once for all clicks on this request's form as it was filled in.

    What was refused for good is refused again, and costs no second try.
    """
    # The CSRF token is among the values: the form of another browser is another form.
    filled_in = json.dumps(sorted(request.form.items(multi=True)))
    outcome = single_flight.run_once(partial(_outcome_of, call), "form", request.path, filled_in)
    if isinstance(outcome, ServiceRefusal):
        raise outcome
    return outcome


def _outcome_of(call: Callable[[], Answer]) -> Answer | ServiceRefusal:
    """Return what `call` returns, or a refusal for good; raise any other, after which it may be made again."""
    try:
        return call()
    except ServiceRefusal as refusal:
        if refusal.status not in FOR_GOOD:
            raise
        return refusal
