"""JSON objects as Python reads them."""

from typing import Any

JsonObject = dict[str, Any]
"""Members by name. A schema or an event contract checks the values, not the type checker."""
