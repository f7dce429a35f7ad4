"""What every table of identity is declared on."""

from sqlalchemy.orm import DeclarativeBase

from chassis.storage.column_types import Conventions, new_metadata


class Base(Conventions, DeclarativeBase):
    metadata = new_metadata()
