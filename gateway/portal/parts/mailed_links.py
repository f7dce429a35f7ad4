"""Pages reached from a mail, whoever is signed in here; among them that of a dead link (A-05, A-09, A-12)."""

from collections.abc import Mapping

from gateway.clients.errors import ServiceRefusal
from gateway.portal.frame.blueprint import render_page
from gateway.portal.frame.forms import PortalForm

DeadLinks = Mapping[str, tuple[str, str]]
"""Code of a refusal → title and sentence of the page."""


def mailed_page(template: str, form: PortalForm | None = None, **context: object) -> tuple[str, int]:
    """Return a page of a mailed link, apart from the pages of whoever is signed in: the mail may be somebody else's."""
    return render_page(template, form, is_apart=True, **context)


def dead_link(
    template: str, sentences: DeadLinks, refusal: ServiceRefusal, form: PortalForm | None = None
) -> tuple[str, int]:
    """Return the page for a dead link and the refusal's status. Raise the refusal when it is not about the link."""
    if refusal.code not in sentences:
        raise refusal
    title, sentence = sentences[refusal.code]
    page, _ = mailed_page(template, form, title=title, sentence=sentence, code=refusal.code)
    return page, refusal.status
