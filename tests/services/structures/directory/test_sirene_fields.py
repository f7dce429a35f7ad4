"""Conversion of Sirene's fields to those of the form."""

import pytest

from services.structures.directory.port import Establishment
from services.structures.directory.sirene_fields import establishment_from
from services.structures.directory.streets import street
from tests.services.structures.builders import EARL_SIRET

FIELDS: dict[str, str | None] = {
    "statutDiffusionEtablissement": "O",
    "statutDiffusionUniteLegale": "O",
    "etatAdministratifEtablissement": "A",
    "etatAdministratifUniteLegale": "A",
    "categorieJuridiqueUniteLegale": "6598",
    "denominationUniteLegale": "EARL DES TROIS CHENES",
    "complementAdresseEtablissement": "LE HAUT",
    "numeroVoieEtablissement": "3",
    "typeVoieEtablissement": "CHE",
    "libelleVoieEtablissement": "DES CHENES",
    "codePostalEtablissement": "15100",
    "libelleCommuneEtablissement": "SAINT-FLOUR",
}
SOLE_TRADER: dict[str, str | None] = {
    "categorieJuridiqueUniteLegale": "1000",
    "denominationUniteLegale": None,
    "prenom1UniteLegale": "MARIE",
    "prenomUsuelUniteLegale": "LOUISE",
    "nomUniteLegale": "PETIT",
}


def converted(**changes: str | None) -> Establishment:
    establishment = establishment_from(EARL_SIRET, {**FIELDS, **changes})
    assert establishment is not None
    return establishment


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "EARL DES TROIS CHENES"),
        (SOLE_TRADER, "LOUISE PETIT"),
        ({**SOLE_TRADER, "prenomUsuelUniteLegale": None}, "MARIE PETIT"),
        ({**SOLE_TRADER, "nomUsageUniteLegale": "DURAND"}, "LOUISE DURAND"),
        ({"denominationUniteLegale": None, "sigleUniteLegale": "ETC"}, "ETC"),
        ({"denominationUniteLegale": None, "enseigne1Etablissement": "AUX CHENES"}, "AUX CHENES"),
        ({"denominationUniteLegale": None}, None),
        ({"denominationUniteLegale": "[ND]"}, None),
    ],
)
def test_the_name_is_the_first_that_there_is(changes: dict[str, str | None], name: str | None) -> None:  # S-04
    assert converted(**changes).name == name


@pytest.mark.parametrize("where", ["statutDiffusionEtablissement", "statutDiffusionUniteLegale"])
def test_partial_diffusion_hides_a_persons_name_and_street(where: str) -> None:  # S-04
    person = converted(**SOLE_TRADER, **{where: "P"})
    company = converted(**{where: "P"})

    assert (person.name, person.street, person.complement_1) == (None, None, None)
    assert (company.name, company.street, company.complement_1) == ("EARL DES TROIS CHENES", None, None)
    assert (person.postcode, person.town) == ("15100", "SAINT-FLOUR")


@pytest.mark.parametrize("where", ["statutDiffusionEtablissement", "statutDiffusionUniteLegale"])
def test_without_diffusion_there_is_nothing(where: str) -> None:  # S-04
    assert establishment_from(EARL_SIRET, {**FIELDS, where: "N"}) is None


@pytest.mark.parametrize(
    ("category", "is_public"),
    [("4110", True), ("7120", True), ("7210", True), ("6598", False), ("1000", False), ("9220", False), (None, False)],
)
def test_the_legal_category_says_whether_it_is_public(category: str | None, is_public: bool) -> None:  # S-04
    assert converted(categorieJuridiqueUniteLegale=category).is_public is is_public


@pytest.mark.parametrize(
    ("code", "country"),
    [("99131", "BE"), ("99137", "LU"), ("99138", "MC"), ("99999", None), ("LU", None), (None, "FR")],
)
def test_an_establishment_is_in_the_country_that_the_directory_says(code: str | None, country: str | None) -> None:
    establishment = converted(
        codePaysEtrangerEtablissement=code,
        libelleCommuneEtablissement=None,
        libelleCommuneEtrangerEtablissement="BRUXELLES",
    )

    assert (establishment.country, establishment.town) == (country, "BRUXELLES")


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (("10", None, "RUE", "DU CENTRE"), "10 RUE DU CENTRE"),
        (("3", "B", "CHE", "DES CHENES"), "3 BIS CHEMIN DES CHENES"),
        (("3", "TER", "CHEMIN", "DES CHENES"), "3 TER CHEMIN DES CHENES"),
        (("8", "D", "AV", "FOCH"), "8 D AVENUE FOCH"),
        ((None, None, "LD", "LE BOIS"), "LIEU-DIT LE BOIS"),
        ((None, None, None, "LE BOURG"), "LE BOURG"),
        (("", "", "", ""), None),
    ],
)
def test_a_street_is_one_line(parts: tuple[str | None, ...], line: str | None) -> None:  # S-04
    assert street(*parts) == line


def test_without_a_street_the_special_distribution_stands_for_it() -> None:
    place = converted(
        numeroVoieEtablissement=None,
        typeVoieEtablissement=None,
        libelleVoieEtablissement=None,
        distributionSpecialeEtablissement="BP 20",
    )

    assert place.street == "BP 20"
