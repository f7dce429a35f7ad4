"""From the fields of Sirene, which the API and the stock files name alike, to an Establishment."""

from collections.abc import Mapping

from services.structures.directory import ACTIVE, Establishment
from services.structures.directory.streets import joined, street

UNIT_FIELDS = (
    "statutDiffusionUniteLegale",
    "etatAdministratifUniteLegale",
    "categorieJuridiqueUniteLegale",
    "denominationUniteLegale",
    "sigleUniteLegale",
    "prenomUsuelUniteLegale",
    "prenom1UniteLegale",
    "nomUsageUniteLegale",
    "nomUniteLegale",
)
DIFFUSION_FIELD, STATE_FIELD = "statutDiffusionEtablissement", "etatAdministratifEtablissement"
ADDRESS_FIELDS = (
    "complementAdresseEtablissement",
    "numeroVoieEtablissement",
    "indiceRepetitionEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
    "distributionSpecialeEtablissement",
    "codePostalEtablissement",
    "libelleCommuneEtablissement",
    "libelleCommuneEtrangerEtablissement",
    "codePaysEtrangerEtablissement",
)
PERIOD_FIELDS = (STATE_FIELD, "enseigne1Etablissement", "denominationUsuelleEtablissement")
ESTABLISHMENT_FIELDS = (DIFFUSION_FIELD, *ADDRESS_FIELDS, *PERIOD_FIELDS)

PARTIAL, NOT_SHOWN = "P", "N"
HIDDEN_VALUE = "[ND]"
_PUBLIC_CATEGORIES = ("4", "7")
"""Public bodies with a trade (4xxx) and under administrative law (7xxx)."""

Fields = Mapping[str, str | None]


def establishment_from(siret: str, fields: Fields) -> Establishment | None:
    """None for one that must not be shown. Partial diffusion hides a person's name, and the street."""
    shown = {name: value or None for name, value in fields.items() if value != HIDDEN_VALUE}
    diffusion = {shown.get(DIFFUSION_FIELD), shown.get("statutDiffusionUniteLegale")}
    if NOT_SHOWN in diffusion:
        return None
    is_partial = PARTIAL in diffusion
    return Establishment(
        siret=siret,
        name=shown.get("denominationUniteLegale") if is_partial else _name(shown),
        street=None if is_partial else _street(shown),
        complement_1=None if is_partial else shown.get("complementAdresseEtablissement"),
        postcode=shown.get("codePostalEtablissement"),
        town=shown.get("libelleCommuneEtablissement") or shown.get("libelleCommuneEtrangerEtablissement"),
        country=None if shown.get("codePaysEtrangerEtablissement") else "FR",
        is_public=(shown.get("categorieJuridiqueUniteLegale") or "").startswith(_PUBLIC_CATEGORIES),
        is_active=shown.get(STATE_FIELD) == ACTIVE and shown.get("etatAdministratifUniteLegale") == ACTIVE,
    )


def _name(shown: Fields) -> str | None:
    """The denomination, else the usual first name and name, then acronym, sign and usual denomination."""
    first_name = shown.get("prenomUsuelUniteLegale") or shown.get("prenom1UniteLegale")
    last_name = shown.get("nomUsageUniteLegale") or shown.get("nomUniteLegale")
    return (
        shown.get("denominationUniteLegale")
        or (joined((first_name, last_name)) if last_name else None)
        or shown.get("sigleUniteLegale")
        or shown.get("enseigne1Etablissement")
        or shown.get("denominationUsuelleEtablissement")
    )


def _street(shown: Fields) -> str | None:
    line = street(
        shown.get("numeroVoieEtablissement"),
        shown.get("indiceRepetitionEtablissement"),
        shown.get("typeVoieEtablissement"),
        shown.get("libelleVoieEtablissement"),
    )
    return line or shown.get("distributionSpecialeEtablissement")
