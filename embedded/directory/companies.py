"""Companies of the embedded directory: the guide's, then generated ones from a fixed seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

GENERATED = 500
SEED = 93160
SIREN_PREFIX = "1112"
"""Prefix beside the guide's placeholder 111222333, so that a generated company is never taken for a real one."""

CLOSED_SHARE, PARTIAL_SHARE, SECOND_SITE_SHARE = 0.08, 0.06, 0.15


@dataclass(frozen=True)
class Address:
    postcode: str
    town: str
    town_code: str
    number: str = ""
    kind: str = ""
    street: str = ""
    complement: str = ""


@dataclass(frozen=True)
class Company:
    """Legal unit with its establishments; `nics` and `addresses` go together, the head office first."""

    siren: str
    category: str
    activity: str
    nics: tuple[str, ...]
    addresses: tuple[Address, ...]
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    is_open: bool = True
    is_partial: bool = False


FROM_THE_GUIDE = (
    Company(
        siren="130019771",
        category="7120",
        activity="84.11Z",
        nics=("00018",),
        addresses=(Address("93160", "NOISY LE GRAND", "93051", "10", "RUE", "DU CENTRE", "IMMEUBLE"),),
        name="AGENCE INFORMATIQUE FINANCIERE ETAT",
    ),
    Company(
        siren="782993141",
        category="8110",
        activity="84.30A",
        nics=("00038",),
        addresses=(Address("20000", "AJACCIO", "2A004"),),
        name="URSSAF DE CORSE",
    ),
    Company(
        siren="111222333",
        category="6598",
        activity="01.41Z",
        nics=("00044",),
        addresses=(Address("15100", "SAINT-FLOUR", "15187", "3", "CHE", "DES CHENES"),),
        name="EARL DES TROIS CHENES",
    ),
)
"""Companies of the guide. Data absent from the guide are empty."""

_KINDS = (
    ("EARL", "6598", "01.50Z", 26),
    ("GAEC", "6533", "01.41Z", 22),
    ("SCEA", "6597", "01.11Z", 12),
    ("CUMA", "6317", "01.61Z", 7),
    ("CENTRE DE GESTION", "9220", "69.20Z", 4),
    ("COMMUNE", "7210", "84.11Z", 6),
    ("", "1000", "01.21Z", 23),
)
"""First word of the name, legal category, activity, and share in percent; an empty word makes a sole trader."""

_TOWNS = (
    ("15100", "SAINT-FLOUR", "15187"),
    ("12000", "RODEZ", "12202"),
    ("24000", "PERIGUEUX", "24322"),
    ("29000", "QUIMPER", "29232"),
    ("35500", "VITRE", "35360"),
    ("40000", "MONT-DE-MARSAN", "40192"),
    ("47000", "AGEN", "47001"),
    ("51100", "REIMS", "51454"),
    ("63000", "CLERMONT-FERRAND", "63113"),
    ("72000", "LE MANS", "72181"),
    ("76190", "YVETOT", "76758"),
    ("85000", "LA ROCHE-SUR-YON", "85191"),
)
_STREET_KINDS = ("RUE", "CHE", "RTE", "AV", "PL", "LD", "IMP")
_STREETS = ("DU MOULIN", "DE LA FONTAINE", "DU PUITS", "DU LAVOIR", "DE LA CROIX", "DU BOIS", "DE LA GARE", "DU BOURG")
_PLACES = (
    "DU GRAND PRE",
    "DE LA VALLEE",
    "DU CLOS",
    "DE LA ROCHE",
    "DU MARAIS",
    "DE LA COLLINE",
    "DU TILLEUL",
    "DE LA SOURCE",
)
SURNAMES = ("MARTIN", "BERNARD", "PETIT", "ROBERT", "MOREAU", "SIMON", "LAURENT", "MICHEL", "GARCIA", "FAURE", "ROUX")
FIRST_NAMES = ("CAMILLE", "DOMINIQUE", "CLAUDE", "ANNE", "PIERRE", "LOUISE", "JEAN", "MARIE", "PAUL", "LUCIE")


def companies() -> Iterator[Company]:
    """Yield all companies by SIREN, each number passing Luhn."""
    every = (*FROM_THE_GUIDE, *generated(GENERATED, Random(SEED), SIREN_PREFIX))
    yield from sorted(every, key=lambda company: company.siren)


def generated(count: int, random: Random, prefix: str) -> Iterator[Company]:
    """Yield `count` different companies (at most 10,000) whose SIREN starts with the four digits of `prefix`."""
    numbers = random.sample(range(10_000), count)
    kinds = random.choices(_KINDS, weights=[share for *_, share in _KINDS], k=count)
    for number, (word, category, activity, _) in zip(numbers, kinds, strict=True):
        siren = _with_key(f"{prefix}{number:04}")
        sites = 2 if random.random() < SECOND_SITE_SHARE else 1
        yield Company(
            siren=siren,
            category=category,
            activity=activity,
            nics=tuple(_with_key(f"{siren}{site + 1:04}")[9:] for site in range(sites)),
            addresses=tuple(_address(random) for _ in range(sites)),
            is_open=random.random() >= CLOSED_SHARE,
            is_partial=random.random() < PARTIAL_SHARE,
            **_names(random, word),
        )


def _names(random: Random, word: str) -> dict[str, str]:
    if not word:
        return {"first_name": random.choice(FIRST_NAMES), "last_name": random.choice(SURNAMES)}
    return {"name": f"{word} {random.choice((*_PLACES, *SURNAMES))}"}


def _address(random: Random) -> Address:
    number = str(random.randint(1, 120)) if random.random() < 0.8 else ""
    return Address(*random.choice(_TOWNS), number, random.choice(_STREET_KINDS), random.choice(_STREETS))


def _with_key(digits: str) -> str:
    """Append the digit with which the whole passes Luhn."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return digits + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)
