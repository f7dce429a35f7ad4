"""Path parameters with bounds."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map

from chassis.ground.schemas import MOST_ID


class BoundedInteger(IntegerConverter):
    """`<int:…>`: a row's number; one that no database could hold is a path that does not exist."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"min": 1, "max": MOST_ID, **kwargs})
