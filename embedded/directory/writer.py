"""Writer of the companies as the two stock files of Sirene."""

import csv
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from embedded.directory.columns import ESTABLISHMENT_COLUMNS, LEGAL_UNIT_COLUMNS
from embedded.directory.companies import Company, companies

Row = dict[str, str]
CREATED, PROCESSED = "2012-03-01", "2024-03-30T13:35:15.795"


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "StockUniteLegale.csv", LEGAL_UNIT_COLUMNS, map(_legal_unit, companies()))
    establishments = (row for company in companies() for row in _establishments(company))
    _write(folder / "StockEtablissement.csv", ESTABLISHMENT_COLUMNS, establishments)


def _write(path: Path, columns: Collection[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _legal_unit(company: Company) -> Row:
    return {
        "siren": company.siren,
        "statutDiffusionUniteLegale": "P" if company.is_partial else "O",
        "dateCreationUniteLegale": CREATED,
        "dateDernierTraitementUniteLegale": PROCESSED,
        "nombrePeriodesUniteLegale": "1",
        "dateDebut": CREATED,
        "etatAdministratifUniteLegale": "A" if company.is_open else "C",
        "denominationUniteLegale": company.name,
        "nomUniteLegale": company.last_name,
        "prenom1UniteLegale": company.first_name,
        "prenomUsuelUniteLegale": company.first_name,
        "categorieJuridiqueUniteLegale": company.category,
        "activitePrincipaleUniteLegale": company.activity,
        "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
        "nicSiegeUniteLegale": company.nics[0],
        "caractereEmployeurUniteLegale": "N",
    }


def _establishments(company: Company) -> Iterator[Row]:
    for nic, address in zip(company.nics, company.addresses, strict=True):
        yield {
            "siren": company.siren,
            "nic": nic,
            "siret": company.siren + nic,
            "statutDiffusionEtablissement": "P" if company.is_partial else "O",
            "dateCreationEtablissement": CREATED,
            "dateDernierTraitementEtablissement": PROCESSED,
            "etablissementSiege": str(nic == company.nics[0]).lower(),
            "nombrePeriodesEtablissement": "1",
            "complementAdresseEtablissement": address.complement,
            "numeroVoieEtablissement": address.number,
            "typeVoieEtablissement": address.kind,
            "libelleVoieEtablissement": address.street,
            "codePostalEtablissement": address.postcode,
            "libelleCommuneEtablissement": address.town,
            "codeCommuneEtablissement": address.town_code,
            "dateDebut": CREATED,
            "etatAdministratifEtablissement": "A" if company.is_open else "F",
            "activitePrincipaleEtablissement": company.activity,
            "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
            "caractereEmployeurEtablissement": "N",
        }
