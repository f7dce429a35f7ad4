"""Plan a population from a fixed seed: people, and the structures that they work for."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from embedded.directory.companies import FIRST_NAMES, SURNAMES, Company, generated

SEED = 15100
SIREN_PREFIX = "1113"
"""Beside the prefix of the embedded directory: no structure of the demo exists in it."""
STRUCTURES_OF_THE_ACCOUNTANT = 300
STRUCTURES_OF_A_MANAGER = 50
COLLEAGUES = 120
COLLEAGUES_OF_A_STRUCTURE = 4
PASSWORD = "quatre mots choisis au hasard"  # noqa: S105 (of the demo alone: its databases are on this machine)
"""Password of every person."""


@dataclass(frozen=True)
class Person:
    """Person with an active account; `number` keeps apart those of one name."""

    first_name: str
    last_name: str
    number: int

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}.{self.number}@exemple.fr".lower()


@dataclass(frozen=True)
class Structure:
    company: Company
    manager: Person
    colleagues: Sequence[Person]
    """People who ask to be attached, in this order."""

    @property
    def name(self) -> str:
        return self.company.name or f"{self.company.first_name} {self.company.last_name}"

    @property
    def is_farm(self) -> bool:
        return self.company.activity.startswith("01.") and self.company.name.split(" ")[0] != "CUMA"

    def accepted(self, outcomes: Sequence[str]) -> list[Person]:
        """Return the colleagues whose outcome, by their place, is `accepted`."""
        return [person for person, outcome in zip(self.colleagues, outcomes, strict=False) if outcome == "accepted"]


@dataclass(frozen=True)
class Population:
    accountant: Person
    """The manager of the first 300 structures."""
    people: Sequence[Person]
    """Every person, the accountant first."""
    structures: Sequence[Structure]


def population(size: int) -> Population:
    """Plan `size` structures (at most 10,000); the same ones each time."""
    random = Random(SEED)
    companies = generated(size, random, SIREN_PREFIX)
    others = max(0, size - STRUCTURES_OF_THE_ACCOUNTANT)
    managers = 1 + -(-others // STRUCTURES_OF_A_MANAGER)
    people = [_person(random, number) for number in range(managers + min(size, COLLEAGUES))]
    structures = [
        Structure(company, _manager(people, place), _colleagues(random, people[managers:], place))
        for place, company in enumerate(companies)
    ]
    return Population(people[0], people, structures)


def _person(random: Random, number: int) -> Person:
    return Person(random.choice(FIRST_NAMES).capitalize(), random.choice(SURNAMES).capitalize(), number)


def _manager(people: Sequence[Person], place: int) -> Person:
    """Return the accountant for the first structures, then one manager after the other."""
    others = max(0, place - STRUCTURES_OF_THE_ACCOUNTANT + STRUCTURES_OF_A_MANAGER)
    return people[others // STRUCTURES_OF_A_MANAGER]


def _colleagues(random: Random, people: Sequence[Person], place: int) -> Sequence[Person]:
    """Return up to four people for the accountant's structures; the others are seen by their managers alone."""
    if place >= STRUCTURES_OF_THE_ACCOUNTANT:
        return ()
    return random.sample(people, random.randint(0, min(COLLEAGUES_OF_A_STRUCTURE, len(people))))
