"""Base class of the tables of identity."""

from sqlalchemy.orm import DeclarativeBase

from chassis.storage.database import Conventions, new_metadata


class Base(Conventions, DeclarativeBase):
    metadata = new_metadata()
