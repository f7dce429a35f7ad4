"""Path parameters with bounds."""

from werkzeug.routing import IntegerConverter, Map

from chassis.ground.schemas import MAX_ID


class BoundedInteger(IntegerConverter):
    """Number of a row, as `<int:…>`. A number too great for the databases matches no route and is answered with 404."""

    def __init__(
        self, map: Map, fixed_digits: int = 0, min: int | None = 1, max: int | None = MAX_ID, signed: bool = False
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)
