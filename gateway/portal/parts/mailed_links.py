"""Dead links: the page shown for a link of a mail that is no longer good, with its next step (A-05, A-09, A-12)."""

from collections.abc import Mapping

from gateway.clients.errors import ServiceRefusal
from gateway.portal.frame.blueprint import render_page
from gateway.portal.frame.forms import PortalForm

DeadLinks = Mapping[str, tuple[str, str]]
"""Code of a refusal → title and sentence of the page."""


def dead_link(
    template: str, sentences: DeadLinks, refusal: ServiceRefusal, form: PortalForm | None = None
) -> tuple[str, int]:
    """Return the page for a dead link and the refusal's status. Raise the refusal when it is not about the link."""
    if refusal.code not in sentences:
        raise refusal
    title, sentence = sentences[refusal.code]
    page, _ = render_page(template, form, title=title, sentence=sentence, code=refusal.code)
    return page, refusal.status
