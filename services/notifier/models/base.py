"""Base of this service's tables."""

from sqlalchemy.orm import DeclarativeBase

from chassis.storage.column_types import Conventions, new_metadata


class Base(Conventions, DeclarativeBase):
    metadata = new_metadata()
