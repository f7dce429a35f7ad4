"""Transient faults of the surroundings: the step is tried again, and later ones wait."""

from sqlalchemy.exc import OperationalError

from chassis.ground.problems import Unavailable

TRANSIENT = (OperationalError, Unavailable)
