"""Paging of lists: the cursor in a page's address, and how many items a page may ask for."""

from flask import request

CURSOR = "suite"
LARGEST_PAGE = 100
"""Items; the services answer no more at a time."""


def cursor() -> str | None:
    """Return the cursor of the page asked for; None for the first page."""
    return request.args.get(CURSOR)
