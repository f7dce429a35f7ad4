"""What the pages that a mail leads to share: a link can be dead, and then there is a next step (A-05, A-09, A-12)."""

from collections.abc import Callable, Mapping

from gateway.clients.errors import ServiceRefusal
from gateway.portal.blueprint import page
from gateway.portal.forms import PortalForm

DeadLinks = Mapping[str, tuple[str, str]]
"""The code of a refusal → title and sentence of the page that is shown instead."""


def dead_link(
    template: str, sentences: DeadLinks, refusal: ServiceRefusal, form: PortalForm | None = None
) -> tuple[str, int]:
    """Raises the refusal when it is not about the link."""
    if refusal.code not in sentences:
        raise refusal
    title, sentence = sentences[refusal.code]
    shown, _ = page(template, form, title=title, sentence=sentence, code=refusal.code)
    return shown, refusal.status


def is_done(act: Callable[[], None], form: PortalForm, sentences: DeadLinks) -> bool:
    """What is refused for another reason than the link is told at the form. Raises the refusal of a dead link."""
    try:
        act()
    except ServiceRefusal as refusal:
        if refusal.code in sentences:
            raise
        form.blame(refusal)
        return False
    return True
