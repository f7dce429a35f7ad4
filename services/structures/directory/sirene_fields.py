"""Conversion of Sirene's fields, named alike by the API and the stock files, to an Establishment."""

from collections.abc import Mapping

from services.structures.directory import countries
from services.structures.directory.port import ACTIVE, Establishment
from services.structures.directory.streets import house_numbers, joined, street

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
    "dernierNumeroVoieEtablissement",
    "indiceRepetitionDernierNumeroVoieEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
    "distributionSpecialeEtablissement",
    "codePostalEtablissement",
    "libelleCommuneEtablissement",
    "libelleCommuneEtrangerEtablissement",
    "codePaysEtrangerEtablissement",
)
PERIOD_FIELDS = (STATE_FIELD, "enseigne1Etablissement", "denominationUsuelleEtablissement")
LATE_FIELDS = frozenset({"dernierNumeroVoieEtablissement", "indiceRepetitionDernierNumeroVoieEtablissement"})
"""Fields that stock files lack before INSEE added them."""
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
    name = visible.get("denominationUniteLegale") if is_partial else _name(visible)
    street, post_box = (None, None) if is_partial else _street(visible)
    return Establishment(
        siret=siret,
        name=name,
        label=None if is_partial else _label(visible, name),
        street=street,
        complement_1=None if is_partial else visible.get("complementAdresseEtablissement"),
        complement_2=post_box,
        postcode=visible.get("codePostalEtablissement"),
        town=visible.get("libelleCommuneEtablissement") or visible.get("libelleCommuneEtrangerEtablissement"),
        country=countries.iso_code(visible.get("codePaysEtrangerEtablissement")),
        is_hidden=is_partial,
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


def _label(visible: Fields, name: str | None) -> str | None:
    """Return the sign or usual denomination: it tells the establishments of a company apart."""
    label = visible.get("enseigne1Etablissement") or visible.get("denominationUsuelleEtablissement")
    return label if label != name else None


def _street(visible: Fields) -> tuple[str | None, str | None]:
    """Return the street and the post box; a post box without a street stands for it."""
    line = street(
        house_numbers(
            (visible.get("numeroVoieEtablissement"), visible.get("indiceRepetitionEtablissement")),
            (
                visible.get("dernierNumeroVoieEtablissement"),
                visible.get("indiceRepetitionDernierNumeroVoieEtablissement"),
            ),
        ),
        visible.get("typeVoieEtablissement"),
        visible.get("libelleVoieEtablissement"),
    )
    post_box = visible.get("distributionSpecialeEtablissement")
    return (line, post_box) if line else (post_box, None)
