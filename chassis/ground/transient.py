"""Faults of the surroundings, which pass: the same step is tried again, and what is behind it waits."""

from sqlalchemy.exc import OperationalError

from chassis.ground.problems import Unavailable

TRANSIENT = (OperationalError, Unavailable)
