"""Base of this service's tables."""

from enum import StrEnum

from sqlalchemy import ColumnElement, literal_column
from sqlalchemy.orm import DeclarativeBase

from chassis.storage.column_types import Conventions, new_metadata


class Base(Conventions, DeclarativeBase):
    metadata = new_metadata()


def in_statement_text(value: StrEnum) -> ColumnElement[str]:
    """Return the value as a literal in the statement's text, where SQLAlchemy would bind a parameter."""
    return literal_column(f"'{value.value}'")
