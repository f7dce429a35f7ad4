"""Conversion of Sirene's fields, named alike by the API and the stock files, to an Establishment."""

from collections.abc import Mapping

from services.structures.directory.countries import ISO_OF_INSEE
from services.structures.directory.port import ACTIVE, Establishment
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

PARTIAL, NOT_DIFFUSIBLE = "P", "N"
HIDDEN_VALUE = "[ND]"
_PUBLIC_CATEGORIES = ("4", "7")
"""First digits of public bodies: with a trade (4xxx) and under administrative law (7xxx)."""

Fields = Mapping[str, str | None]


def establishment_from(siret: str, fields: Fields) -> Establishment | None:
    """Return the establishment, without name and street under partial diffusion; None if it must not be shown."""
    visible = {name: value or None for name, value in fields.items() if value != HIDDEN_VALUE}
    # Either level can restrict the diffusion: the legal unit's choice covers all its establishments.
    diffusion = {visible.get(DIFFUSION_FIELD), visible.get("statutDiffusionUniteLegale")}
    if NOT_DIFFUSIBLE in diffusion:
        return None
    is_partial = PARTIAL in diffusion
    return Establishment(
        siret=siret,
        name=visible.get("denominationUniteLegale") if is_partial else _name(visible),
        street=None if is_partial else _street(visible),
        complement_1=None if is_partial else visible.get("complementAdresseEtablissement"),
        postcode=visible.get("codePostalEtablissement"),
        town=visible.get("libelleCommuneEtablissement") or visible.get("libelleCommuneEtrangerEtablissement"),
        country=_country(visible.get("codePaysEtrangerEtablissement")),
        is_public=(visible.get("categorieJuridiqueUniteLegale") or "").startswith(_PUBLIC_CATEGORIES),
        is_active=visible.get(STATE_FIELD) == ACTIVE and visible.get("etatAdministratifUniteLegale") == ACTIVE,
    )


def _name(visible: Fields) -> str | None:
    """Return the denomination, else the usual first name and name, then acronym, sign and usual denomination."""
    first_name = visible.get("prenomUsuelUniteLegale") or visible.get("prenom1UniteLegale")
    last_name = visible.get("nomUsageUniteLegale") or visible.get("nomUniteLegale")
    return (
        visible.get("denominationUniteLegale")
        or (joined((first_name, last_name)) if last_name else None)
        or visible.get("sigleUniteLegale")
        or visible.get("enseigne1Etablissement")
        or visible.get("denominationUsuelleEtablissement")
    )


def _country(insee_code: str | None) -> str | None:
    """Return the country of an establishment; None for a code abroad that is not known here."""
    return ISO_OF_INSEE.get(insee_code) if insee_code else "FR"


def _street(visible: Fields) -> str | None:
    line = street(
        visible.get("numeroVoieEtablissement"),
        visible.get("indiceRepetitionEtablissement"),
        visible.get("typeVoieEtablissement"),
        visible.get("libelleVoieEtablissement"),
    )
    return line or visible.get("distributionSpecialeEtablissement")
