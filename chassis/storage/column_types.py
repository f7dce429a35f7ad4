"""Column types: storage of Python types on both databases, and the names of constraints."""

from datetime import UTC, datetime
from enum import Enum
from typing import Annotated

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

from chassis.ground.json import JsonObject

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(postgresql.JSONB, "postgresql")
BigInt = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(BigInt, primary_key=True, autoincrement=True)]
"""Type of a row's own 64-bit number."""
BigId = Annotated[int, mapped_column(BigInt)]
"""Type of another row's number, perhaps in another service."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetime in UTC on both databases, although SQLite stores no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Conventions:
    """Mixin of each service's declarative base: the column types of Python types."""

    type_annotation_map = {
        datetime: UtcDateTime,
        JsonObject: Json,
        list[str]: Json,
        list[int]: Json,
    }


def new_metadata() -> MetaData:
    return MetaData(naming_convention=_NAMES)


def wire_enum(values: type[Enum]) -> SqlEnum:
    """Return a column type that stores the wire value of an enum as text."""
    return SqlEnum(
        values,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda kind: [m.value for m in kind],
    )
